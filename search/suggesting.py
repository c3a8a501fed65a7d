"""What somebody may be typing: the names of what is in stock, then words of the shop, by their beginnings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from search.analysis import fold
from search.function_words import FUNCTION_WORDS
from search.spelling import LAST

Ints = NDArray[np.int64]

_WORD = re.compile(r"[^\W_]+\+?")
_MOST_WORDS = 8  # of what is typed
# Bytes of a suggested name: a longer one does not fit under a search box, nor six of them in a kilobyte.
LONGEST_SUGGESTED = 100


class Suggester:
    """Immutable. `names[i]` is what product rows call number i; `vocabulary` counts each written word's products."""

    def __init__(self, names: Sequence[str], vocabulary: Mapping[str, int]) -> None:
        self.names = tuple(names)
        tokens = sorted(
            (token, number)
            for number, name in enumerate(self.names)
            if len(name.encode()) <= LONGEST_SUGGESTED
            for token in _tokens(name)
        )
        self._tokens = [token for token, _ in tokens]
        self._numbers: Ints = np.array([number for _, number in tokens], np.int64)
        self._lengths: Ints = np.array([len(name) for name in self.names], np.int64)
        # Words of names are suggested as names, all others as they are most often written.
        spellings: dict[str, str] = {}
        for written in sorted(vocabulary, key=lambda written: (-vocabulary[written], written)):
            spellings.setdefault(fold(written), written)
        self._words = sorted(spellings.keys() - set(self._tokens) - FUNCTION_WORDS)
        self._spellings = spellings
        self._counts = vocabulary

    def suggest(self, text: str, cards: Ints, limit: int) -> tuple[str, ...]:
        """At most `limit` texts. `cards[i]` is how many cards there are of name number i: none, no suggestion.

        Every word typed must begin a word of the name. Most cards first, then the shorter name, then the alphabet.
        """
        typed = _WORD.findall(fold(text))[:_MOST_WORDS]
        if not typed or limit < 1:
            return ()
        found = self._named(typed)
        found = found[found < len(cards)]  # names may have come since the cards were counted
        found = found[cards[found] > 0]
        order = np.lexsort((found, self._lengths[found], -cards[found]))[:limit]
        best = [self.names[number] for number in found[order]]
        best += self._completed(typed, limit - len(best))
        return tuple(dict.fromkeys(best))

    def _named(self, typed: list[str]) -> Ints:
        found = np.unique(self._beginning(typed[-1]))
        for word in typed[:-1]:
            found = found[np.isin(found, self._beginning(word))]
        return found

    def _beginning(self, prefix: str) -> Ints:
        start = bisect_left(self._tokens, prefix)
        return self._numbers[start : bisect_left(self._tokens, prefix + LAST)]

    def _completed(self, typed: list[str], most: int) -> list[str]:
        """The last word, if it has three letters, completed by the most frequent words of the shop."""
        last = typed[-1]
        if len(last) < 3 or len(typed) > 1:
            return []
        words = self._words[bisect_left(self._words, last) : bisect_left(self._words, last + LAST)]
        written = [self._spellings[word] for word in words]
        return sorted(written, key=lambda word: (-self._counts[word], word))[: max(most, 0)]


def _tokens(name: str) -> set[str]:
    """ "iPhone 13 mini" can be begun as "iphone", "13", "mini", "iphone13mini" and "13mini"."""
    words = _WORD.findall(fold(name))
    return {*words, *("".join(words[place:]) for place in range(len(words) - 1))}
