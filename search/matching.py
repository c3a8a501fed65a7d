"""Which products a query's words find, and how well."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from search.postings import NO_ROWS, NO_SCORES, Floats, Ints, TextSnapshot


@dataclass(frozen=True, slots=True)
class Alternative:
    """Terms that must all be there; their scores add up, times `weight`."""

    terms: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Group:
    """A word, or words that mean one thing: any alternative will do, the best of them counts."""

    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """Product rows, ascending, and the relevance of each."""

    rows: Ints
    relevance: Floats


class TextRows:
    """A text snapshot seen through the rows of one product table; caches what each term finds there."""

    def __init__(self, text: TextSnapshot, rows_of: tuple[Ints, ...]) -> None:
        self._text = text
        self._rows_of = rows_of
        # Bounded, as there is no end to what people type.
        self.term = lru_cache(maxsize=4_000)(self._term)
        self.group = lru_cache(maxsize=500)(self._group)

    def _term(self, term: str) -> Matches:
        return Matches(*self._text.impacts(term, self._rows_of))

    def knows(self, group: Group) -> bool:
        """Whether any product has it."""
        return len(self.group(group).rows) > 0

    def has(self, term: str, row: int) -> bool:
        return bool(_among(np.array([row]), self.term(term).rows)[0])

    def all_words(self, groups: list[Group]) -> Matches:
        """Products that have every group; relevance is the sum over the groups."""
        parts = [self.group(group) for group in groups]
        rows = min((part.rows for part in parts), key=len, default=NO_ROWS)
        for part in parts:
            rows = rows[_among(rows, part.rows)]
        relevance = np.zeros(len(rows))
        for part in parts:
            relevance += part.relevance[np.searchsorted(part.rows, rows)]
        return Matches(rows, relevance)

    def any_word(self, groups: list[Group]) -> Matches:
        """Products that have any group; the sum is scaled by the square of the share of groups that a product has.

        That share is what keeps products with all the words before those with one rare word.
        """
        parts = [self.group(group) for group in groups]
        if not parts:
            return Matches(NO_ROWS, NO_SCORES)
        hits = np.concatenate([part.rows for part in parts])
        sums = np.bincount(hits, np.concatenate([part.relevance for part in parts]))
        counts = np.bincount(hits)
        rows = np.flatnonzero(counts)
        return Matches(rows, sums[rows] * (counts[rows] / len(groups)) ** 2)

    def _group(self, group: Group) -> Matches:
        found = [self._alternative(each) for each in group.alternatives]
        found = [each for each in found if len(each.rows)]
        if not found:
            return Matches(NO_ROWS, NO_SCORES)
        if len(found) == 1:
            return found[0]
        # A place for each row up to the last: faster than sorting. Relevance is above 0 wherever there is any.
        best = np.zeros(max(int(each.rows[-1]) for each in found) + 1)
        for each in found:
            best[each.rows] = np.maximum(best[each.rows], each.relevance)
        rows = np.flatnonzero(best)
        return Matches(rows, best[rows])

    def _alternative(self, alternative: Alternative) -> Matches:
        if len(alternative.terms) == 1:
            found = self.term(alternative.terms[0])
        else:
            found = self.all_words([Group((Alternative((term,)),)) for term in alternative.terms])
        if alternative.weight == 1.0:
            return found
        return Matches(found.rows, found.relevance * alternative.weight)


def _among(rows: Ints, others: Ints) -> np.ndarray:
    """Which of the rows are among the others (both ascending)."""
    if not len(others):
        return np.zeros(len(rows), dtype=bool)
    places = np.minimum(np.searchsorted(others, rows), len(others) - 1)
    found: np.ndarray = others[places] == rows
    return found
