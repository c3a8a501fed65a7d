"""From the text of a query to groups of terms: synonyms, spelling, words written apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise, product

from search.analysis import MAX_QUERY_WORDS, Word, query_words, stem
from search.matching import Alternative, Group
from search.spelling import Speller
from search.synonyms import SYNONYM_WEIGHT, Synonyms

_MOST_ALTERNATIVES = 16  # of one group: a bound on the cost of a query
_LAST_NUMBER = re.compile(r"[0-9]{1,4}(?=[^0-9]*$)")


def groups_of(words: list[Word], synonyms: Synonyms) -> list[Group]:
    """The longest phrases that have synonyms become one group each, every other word its own."""
    groups: list[Group] = []
    place = 0
    while place < len(words):
        length = _phrase_length(words[place : place + synonyms.longest], synonyms)
        groups.append(_group(words[place : place + length], synonyms))
        place += length
    return groups


def _phrase_length(words: list[Word], synonyms: Synonyms) -> int:
    lengths = range(len(words), 1, -1)
    return next((length for length in lengths if synonyms.of(_key(words[:length]))), 1)


def _key(words: list[Word]) -> tuple[str, ...]:
    return tuple(stem(word.surface) for word in words)


def _group(words: list[Word], synonyms: Synonyms) -> Group:
    typed = [sum(parts, ()) for parts in product(*(word.alternatives for word in words))]
    meant = synonyms.of(_key(words))
    alternatives = [Alternative(terms) for terms in typed]
    alternatives += [Alternative(terms, SYNONYM_WEIGHT) for terms in meant if terms not in typed]
    return Group(tuple(alternatives[:_MOST_ALTERNATIVES]))


def corrected_text(
    text: str, synonyms: Synonyms, knows: Callable[[Group], bool], speller: Callable[[], Speller]
) -> str | None:
    """The text with its unknown words corrected; None where there is nothing to correct.

    `speller` is called only if a word is unknown: making one takes a while.
    """
    words = query_words(text)[:MAX_QUERY_WORDS]
    unknown = {
        word.surface
        for word in synonyms.content(text)
        if not (synonyms.of(_key([word])) or knows(_group([word], synonyms)))
    }
    if not unknown:
        return None
    joined = _joined(words, unknown, synonyms, knows)
    if joined is not None:
        return joined
    mended = [(speller().correct(w.surface) or w.typed) if w.surface in unknown else w.typed for w in words]
    if mended == [word.typed for word in words]:
        return None
    return " ".join(mended)


def neighbours(text: str, known: Callable[[Word], bool]) -> Iterator[str]:
    """The text with its first unknown number, or last number of an unknown code, moved by one, then by two...

    >>> list(neighbours("galaxy s22", lambda word: word.surface == "galaxy"))[:3]
    ['galaxy s21', 'galaxy s23', 'galaxy s20']
    """
    words = query_words(text)
    for place, word in enumerate(words):
        number = _LAST_NUMBER.search(word.typed)
        if number is None or known(word):
            continue
        for step in (-1, 1, -2, 2, -3, 3):
            moved = int(number.group()) + step
            if moved > 0:
                other = f"{word.typed[: number.start()]}{moved}{word.typed[number.end() :]}"
                yield " ".join(
                    [*(w.typed for w in words[:place]), other, *(w.typed for w in words[place + 1 :])]
                )
        return


def _joined(
    words: list[Word], unknown: set[str], synonyms: Synonyms, knows: Callable[[Group], bool]
) -> str | None:
    """ "air pods" -> "airpods", where one of the two is no word by itself."""
    for place, (first, second) in enumerate(pairwise(words)):
        together = first.surface + second.surface
        if not {first.surface, second.surface} & unknown or not together.isalpha():
            continue
        if knows(_group(query_words(together), synonyms)):
            typed = [word.typed for word in words]
            return " ".join([*typed[:place], together, *typed[place + 2 :]])
    return None
