"""Which products a query's words find, and how well."""

from __future__ import annotations

from collections.abc import Sequence
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
        rows = self.term(term).rows
        place = int(np.searchsorted(rows, row))
        return place < len(rows) and bool(rows[place] == row)

    def named(self, group: Group) -> set[int]:
        """The rows of products whose name has the group."""
        return {
            row
            for alternative in group.alternatives
            for row in set.intersection(
                *(set(self._text.named(term, self._rows_of).tolist()) for term in alternative.terms)
            )
        }

    def all_words(self, groups: Sequence[Group]) -> Matches:
        """Products that have every group; relevance is the sum over the groups."""
        parts = sorted((self.group(group) for group in groups), key=lambda part: len(part.rows))
        if not parts or not len(parts[0].rows):
            return Matches(NO_ROWS, NO_SCORES)
        rows, relevance = parts[0].rows, parts[0].relevance
        for part in parts[1:]:
            places = np.minimum(np.searchsorted(part.rows, rows), len(part.rows) - 1)
            both = np.flatnonzero(part.rows[places] == rows)
            rows, relevance = rows[both], relevance[both] + part.relevance[places[both]]
        return Matches(rows, relevance)

    def any_word(self, groups: Sequence[Group]) -> Matches:
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

    def words_had(self, rows: Ints, groups: Sequence[Group]) -> Ints:
        """How many of the groups each of these products has."""
        had = np.zeros(len(rows), np.int64)
        for part in (self.group(group).rows for group in groups):
            places = np.searchsorted(part, rows)
            inside = np.flatnonzero(places < len(part))
            had[inside] += part[places[inside]] == rows[inside]
        return had

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
