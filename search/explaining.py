"""Why a card stands where it stands: every number of its score, in the order in which they are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search.matching import Group, TextRows
from search.postings import TextSnapshot
from search.query import Hit


@dataclass(frozen=True, slots=True)
class Part:
    """What one term in one field gives: `score` = `boost` * BM25 of the term there."""

    term: str
    field: str
    boost: float
    score: float


@dataclass(frozen=True, slots=True)
class GroupScore:
    """A word of the query, the terms that stood for it in this product, and what they gave.

    `score` is `weight` (less than 1 for a synonym) times the sum of the parts; no terms and 0 if the product lacks it.
    """

    terms: tuple[str, ...]
    weight: float
    score: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """`hit.relevance` is the sum of the groups' scores times `share`, the square of the share of groups found."""

    hit: Hit
    groups: tuple[GroupScore, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A query as it was understood, and its first hits.

    `understood`: for each word that some product has, the terms that may stand for it; `unheard`: for the others.
    """

    corrected: str | None
    relaxed: bool
    near: tuple[str, ...]
    total: int
    understood: tuple[tuple[str, ...], ...]
    unheard: tuple[tuple[str, ...], ...]
    hits: tuple[ExplainedHit, ...]


def phrases(group: Group) -> tuple[str, ...]:
    return tuple(" ".join(alternative.terms) for alternative in group.alternatives)


def explained(
    hit: Hit, groups: Sequence[Group], row: int, rows: TextRows, text: TextSnapshot
) -> ExplainedHit:
    """The parts of a hit's relevance; `row` is its product's."""
    scores = tuple(_group_score(group, hit.product_id, row, rows, text) for group in groups)
    found = sum(1 for score in scores if score.terms)
    return ExplainedHit(hit, scores, (found / len(groups)) ** 2 if groups else 1.0)


def _group_score(group: Group, product_id: int, row: int, rows: TextRows, text: TextSnapshot) -> GroupScore:
    best = GroupScore((), 1.0, 0.0, ())
    for alternative in group.alternatives:
        if not all(rows.has(term, row) for term in alternative.terms):
            continue
        parts = tuple(
            Part(term, field, boost, score)
            for term in alternative.terms
            for field, boost, score in text.parts(term, product_id)
        )
        score = alternative.weight * sum(part.score for part in parts)
        if score > best.score:
            best = GroupScore(alternative.terms, alternative.weight, score, parts)
    return best
