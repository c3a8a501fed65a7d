"""From the text of a query to groups of terms: synonyms, spelling, words written apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice, pairwise, product

from search.analysis import MAX_QUERY_CHARS, MAX_QUERY_WORDS, Word, fold, query_words
from search.matching import Alternative, Group
from search.spelling import Speller
from search.synonyms import Synonyms, key_of
from search.weights import SYNONYM, WEAKER

_MOST_ALTERNATIVES = 16  # of one group: a bound on the cost of a query
_MOST_CORRECTED = (
    8  # misspelt words of a query, the first of them: looking for what was meant is the dearest part
)
_MOST_NEIGHBOURING = 8  # words of a query: of a longer one no other is proposed
# A word as it stands in a text: what spelling may replace.
_TYPED = re.compile(r"[^\W_]+(?:[-‑][^\W_]+)*\+?")
_HYPHEN = re.compile(r"[-‑]")
_SHORTEST_PART = 5  # letters, of a word between hyphens that is corrected: "e-mail" is no "e-main"
_LAST_NUMBER = re.compile(r"[0-9]{1,4}(?=[^0-9]*$)")


def groups_of(words: list[Word], synonyms: Synonyms) -> list[Group]:
    """The longest phrases that have synonyms become one group each, every other word its own."""
    return [group_of(phrase, synonyms) for phrase in _phrases(words, synonyms)]


def unknown_words(text: str, synonyms: Synonyms, knows: Callable[[Group], bool]) -> tuple[str, ...]:
    """What the text asks for that no product has, as it was typed."""
    phrases = _phrases(synonyms.content(text), synonyms)
    lost = [word for phrase in phrases if not knows(group_of(phrase, synonyms)) for word in phrase]
    return tuple(dict.fromkeys(as_typed(text, word) for word in lost))


def as_typed(text: str, word: Word) -> str:
    """A word of the text with the case and accents that it was given."""
    written = (found.group() for found in _TYPED.finditer(text))
    return next((one for one in written if fold(one) == word.typed), word.typed)


def _phrases(words: list[Word], synonyms: Synonyms) -> Iterator[list[Word]]:
    place = 0
    while place < len(words):
        length = _phrase_length(words[place : place + synonyms.longest], synonyms)
        yield words[place : place + length]
        place += length


def _phrase_length(words: list[Word], synonyms: Synonyms) -> int:
    lengths = range(len(words), 1, -1)
    return next((length for length in lengths if synonyms.of(key_of(words[:length]))), 1)


def group_of(words: list[Word], synonyms: Synonyms) -> Group:
    """Words that mean one thing."""
    typed = [sum(parts, ()) for parts in product(*(word.alternatives for word in words))]
    meant = synonyms.of(key_of(words))
    alternatives = [Alternative(terms) for terms in typed]
    alternatives += [Alternative(terms, SYNONYM) for terms in meant if terms not in typed]
    if len(words) == 1:
        alternatives += [Alternative(terms, WEAKER) for terms in words[0].weaker]
    return Group(tuple(alternatives[:_MOST_ALTERNATIVES]))


def corrected_text(
    text: str, synonyms: Synonyms, knows: Callable[[Group], bool], speller: Speller, begun: str | None = None
) -> str | None:
    """The text with its unknown words corrected, all else as typed; None where there is nothing to correct.

    `begun` is the word (its surface) that is not misspelt, but not finished.
    """
    text = unicodedata.normalize("NFC", text[:MAX_QUERY_CHARS])
    words = query_words(text)[:MAX_QUERY_WORDS]
    strange = (
        (word.surface, word.typed)
        for word in synonyms.content(text)
        if not (synonyms.of(key_of([word])) or knows(group_of([word], synonyms)))
    )
    unknown = dict(islice(strange, _MOST_CORRECTED))
    if not unknown:
        return None
    joined = _joined(text, words, unknown.keys(), synonyms, knows)
    if joined is not None:
        return joined
    unknown.pop(begun or "", None)
    mended = _all_mended(unknown, speller)
    written = _TYPED.sub(lambda found: _rewritten(found, mended.get(fold(found.group()), ())), text)
    return written if written != text else None


def _rewritten(found: re.Match[str], mended: Sequence[str | None]) -> str:
    """What stands in the place of a word, part by part where there are hyphens; parts without a slip stay as typed.

    "si+c" are two words, and stay two where the first loses its plus.
    """
    if not any(mended):
        return found.group()
    parts = _HYPHEN.split(found.group()) if len(mended) > 1 else [found.group()]
    hyphens = [*_HYPHEN.findall(found.group()), ""] if len(mended) > 1 else [""]
    written = "".join(
        (new or part) + hyphen for new, part, hyphen in zip(mended, parts, hyphens, strict=True)
    )
    following = found.string[found.end() : found.end() + 1]
    glued = following.isalnum() or following == "+"
    return written + " " if glued and not written.endswith("+") else written


def _all_mended(unknown: Mapping[str, str], speller: Speller) -> dict[str, Sequence[str | None]]:
    """By what was typed. Parts of words count as words: "a-b-c-d" costs as much as "a b c d"."""
    mended, left = {}, _MOST_CORRECTED
    for surface, typed in unknown.items():
        left -= 1 + typed.count("-")
        if left >= 0:
            mended[typed] = _mended(typed, surface, speller)
    return mended


def _mended(typed: str, surface: str, speller: Speller) -> Sequence[str | None]:
    """ "lave-vaiselle" -> None, "vaisselle": where there are hyphens, part by part. Short ones mean little alone."""
    parts = typed.split("-")
    if len(parts) == 1:
        return [speller.correct(surface)]
    return [speller.correct(part) if len(part) >= _SHORTEST_PART else None for part in parts]


def series_number(series: Word, number: Word) -> bool:
    """Whether two words look like the name of a series and a number in it: "iphone 7", not "12 64" or "14 black".

    Of two letters ("qc 35") it may be a code that others write joined, or otherwise.
    """
    named = len(series.typed) > 2 and series.typed.isalpha()
    return named and number.typed.isdigit() and len(number.typed) <= 2


def neighbours(text: str, known: Callable[[Word], bool]) -> Iterator[str]:
    """The text with its first unknown number, or last number of an unknown code, moved by one, then by two...

    Of an unknown "s21+" first the plain one.

    >>> list(neighbours("galaxy s22", lambda word: word.surface == "galaxy"))[:3]
    ['galaxy s21', 'galaxy s23', 'galaxy s20']
    """
    words = query_words(text)
    for place, word in enumerate(words if len(words) <= _MOST_NEIGHBOURING else ()):
        number = _LAST_NUMBER.search(word.typed)
        if number is None or known(word):
            continue
        for other in _moved(word.typed, number):
            yield " ".join([*(w.typed for w in words[:place]), other, *(w.typed for w in words[place + 1 :])])
        return


def _moved(typed: str, number: re.Match[str]) -> Iterator[str]:
    if typed.endswith("+"):
        yield typed[:-1]
    for step in (-1, 1, -2, 2, -3, 3):
        moved = int(number.group()) + step
        if moved > 0:
            yield f"{typed[: number.start()]}{moved}{typed[number.end() :]}"


def _joined(
    text: str, words: list[Word], unknown: Collection[str], synonyms: Synonyms, knows: Callable[[Group], bool]
) -> str | None:
    """ "air pods" -> "airpods", where one of the two is no word by itself."""
    typed = list(_TYPED.finditer(text))
    for first, second in pairwise(words):
        together = first.surface + second.surface
        if not {first.surface, second.surface} & set(unknown) or not together.isalpha():
            continue
        if knows(group_of(query_words(together), synonyms)):
            for left, right in pairwise(typed):
                if fold(left.group() + right.group()) == together:
                    return text[: left.start()] + together + text[right.end() :]
    return None
