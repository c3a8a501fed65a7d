"""A speller whose dictionary is the shop's own vocabulary.

Among the words within reach it takes the nearest by optimal string alignment distance (a letter dropped, added,
changed, or two neighbours swapped), weighed by how many products have the word. Digits are never touched: a phone
one number away is another phone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from search.analysis import fold
from search.function_words import EVERYDAY_WORDS, FUNCTION_WORDS
from search.weights import FREQUENCY

LAST = chr(0x10FFFF)  # sorts after whatever a word may go on with
_NOT_DIGITS = re.compile(r"[^0-9]+")
_RUN = re.compile(r"[0-9]+|[^0-9]+")
_LONGEST = 24  # longer words are left alone
_FIRST_MISSED = 5  # letters, from which on a first letter may be the wrong one


def reach(word: str) -> int:
    """How many edits away a correction may be: 0 for short words and short codes, 1, or 2 from six letters on."""
    letters = sum(not char.isdigit() for char in word)
    if letters < len(word):
        return 1 if letters >= 4 else 0
    if letters < 3:
        return 0
    return 1 if letters < 6 else 2


class Speller:
    """`vocabulary`: each word, as it is written, with the number of products that have it.

    Words are compared without their accents, and given back in their most frequent spelling.
    """

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._counts: dict[str, int] = {}
        self._written: dict[str, str] = {}
        # The more frequent spelling first; of equals that with accents, which sorts last.
        for written, count in sorted(vocabulary.items(), key=lambda item: (item[1], item[0]), reverse=True):
            word = fold(written)
            if 2 < len(word) <= _LONGEST and word not in FUNCTION_WORDS:
                self._counts[word] = self._counts.get(word, 0) + count
                self._written.setdefault(word, written)
        self._words = sorted(self._counts)
        self._frequency = np.log([self._counts[word] for word in self._words] or [1])
        self._lengths = np.array([len(word) for word in self._words], np.int64)
        self._matrix = np.zeros((len(self._words), _LONGEST), np.uint32)
        for row, word in enumerate(self._words):
            self._matrix[row, : len(word)] = _codes(word)
        self._letters = np.array([_letter_set(word) for word in self._words], np.uint64)
        self._digits = np.array([_NOT_DIGITS.sub("", word) for word in self._words], dtype=np.str_)

        # The same slips come again and again; a bounded number of them is remembered.
        self.correct = lru_cache(maxsize=2_000)(self._correct)

    def _correct(self, word: str) -> str | None:
        """The word that was probably meant, two words if a space is missing, or None. `word` is folded."""
        spared = word in self._counts or word in FUNCTION_WORDS or word in EVERYDAY_WORDS
        if spared or len(word) > _LONGEST:
            return None
        meant = self._nearest(word) or self._split(word) or self._in_parts(word)
        return " ".join(self.written(part) for part in meant.split()) if meant else None

    def written(self, word: str) -> str:
        """The most frequent spelling of a folded word, its accents included."""
        return self._written.get(word, word)

    def beginning_with(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """The most frequent longer words that begin so (folded), each with its number of products."""
        start = bisect_left(self._words, prefix)
        words = self._words[start : bisect_left(self._words, prefix + LAST, lo=start)]
        counted = [(word, self._counts[word]) for word in words if word != prefix]
        return sorted(counted, key=lambda found: (-found[1], found[0]))[:most]

    def _nearest(self, word: str) -> str | None:
        within = reach(word)
        if not within or not self._words:
            return None
        near = np.flatnonzero(
            (np.abs(self._lengths - len(word)) <= within)
            & (np.bitwise_count(self._letters ^ np.uint64(_letter_set(word))) <= 2 * within)
            & (self._digits == _NOT_DIGITS.sub("", word))
        )
        distances = _distances(word, self._matrix[near], self._lengths[near])
        # Whoever misses the first letter misses no other; and a short word would be another one altogether.
        other_first = self._matrix[near, 0] != ord(word[0])
        keep = distances <= np.where(other_first, int(len(word) >= _FIRST_MISSED), within)
        near, distances = near[keep], distances[keep]
        if not len(near):
            return None
        costs = distances - FREQUENCY * self._frequency[near]
        # Words are sorted, so a tie goes to the first in the alphabet.
        return self._words[int(near[np.argmin(costs.round(6))])]

    def _in_parts(self, word: str) -> str | None:
        """ "iphnoe12" -> "iphone12": the letters alone, where the whole is no word."""
        runs = _RUN.findall(word)
        if len(runs) < 2:
            return None
        mended = [run if run in self._counts or run.isdigit() else self._nearest(run) or run for run in runs]
        return "".join(mended) if mended != runs else None

    def _split(self, word: str) -> str | None:
        """ "samsunggalaxy" -> "samsung galaxy"."""
        best, most = None, 0
        for at in range(3, len(word) - 2):
            left, right = word[:at], word[at:]
            both = min(self._counts.get(left, 0), self._counts.get(right, 0))
            if both > most:
                best, most = f"{left} {right}", both
        return best


def _codes(word: str) -> list[int]:
    return [ord(char) for char in word]


def _letter_set(word: str) -> int:
    """A bit for each letter present: two words differ by at most two bits an edit, so most need no measuring."""
    bits = 0
    for char in word:
        bits |= 1 << (ord(char) % 64)
    return bits


def _distances(word: str, matrix: NDArray[np.uint32], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Optimal string alignment distance of `word` to every row at once."""
    count, width = len(matrix), int(lengths.max(initial=0))
    steps = np.arange(width + 1, dtype=np.int16)[:, None]
    columns = matrix.T[:width]
    two_ago = before = np.repeat(steps, count, axis=1)
    same_before = np.zeros_like(columns, dtype=bool)
    for i, code in enumerate(_codes(word), start=1):
        same = columns == code
        row = before + np.int16(1)
        row[0] = i
        np.minimum(row[1:], before[:-1] + ~same, out=row[1:])
        swapped = same[:-1] & same_before[1:]
        np.minimum(row[2:], two_ago[:-2] + np.int16(1), out=row[2:], where=swapped)
        # A letter added costs one more than the place to its left: the least of all to the left, in one go.
        row = np.minimum.accumulate(row - steps, axis=0) + steps
        two_ago, before, same_before = before, row, same
    return before[lengths, np.arange(count)].astype(np.int64)
