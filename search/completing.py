"""A word that was only begun stands for the words that begin so: "thinkp" for "thinkpad"."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from search.analysis import Word, query_words
from search.matching import Alternative, Group
from search.spelling import Speller
from search.synonyms import Synonyms
from search.understanding import group_of

_SHORTEST = 3  # letters: below, too much begins so
_MOST_WORDS = 8
_MOST_ALTERNATIVES = 16


@dataclass(frozen=True, slots=True)
class Begun:
    """`word` is what was typed and no product has; `as_typed` the group it would be, `meant` what stands for it.

    `words` are those that it may be the beginning of, the most frequent first, as they are written.
    """

    word: Word
    as_typed: Group
    meant: Group
    words: tuple[str, ...]


def begun_word(
    text: str, synonyms: Synonyms, knows: Callable[[Group], bool], speller: Speller
) -> Begun | None:
    """The last word of the text, if it is letters that no product has and that words of the shop begin with.

    Never one with a digit: "s2" is another phone than "s21".
    """
    typed = query_words(text)
    if not typed or typed[-1] not in synonyms.content(text):
        return None
    word = typed[-1]
    as_typed = group_of([word], synonyms)
    if len(word.surface) < _SHORTEST or not word.typed.isalpha() or knows(as_typed):
        return None
    longer = speller.beginning_with(word.surface, _MOST_WORDS)
    if not longer:
        return None
    meant = _any_of(longer, synonyms)
    words = tuple(speller.written(known) for known, _ in longer)
    return Begun(word, as_typed, meant, words) if knows(meant) else None


def _any_of(longer: list[tuple[str, int]], synonyms: Synonyms) -> Group:
    """A rare word would count more than a frequent one, but whoever typed "gal" has not asked for the only galet."""
    most = longer[0][1]
    weights: dict[tuple[str, ...], float] = {}
    for word, count in longer:
        share = 1 / (1 + math.log(most / count))
        for alternative in group_of(query_words(word), synonyms).alternatives:
            weight = share * alternative.weight
            weights[alternative.terms] = max(weight, weights.get(alternative.terms, 0.0))
    return Group(tuple(Alternative(*found) for found in list(weights.items())[:_MOST_ALTERNATIVES]))
