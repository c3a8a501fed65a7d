"""What a text means to a shop: groups of terms that some product has, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice, pairwise

from search.analysis import Word
from search.completing import Begun, begun_word
from search.matching import Alternative, Group, TextRows
from search.spelling import Speller
from search.synonyms import Synonyms
from search.understanding import as_typed, group_of, groups_of, neighbours, series_number, unknown_words

SIZES = ("in", "mm")  # units of sizes that people leave out
MOST_NEAR = 3  # searches proposed in the place of one for something that nobody sells


@dataclass(frozen=True, slots=True)
class Meaning:
    """`groups` that some product has, `unheard` those that none has; `unknown` are the words of the latter as typed.

    A number that some product is called by, but none of its series ("iphone 7"), counts as unheard.
    `begun` is the last word, where it was taken for the beginning of the `completed` ones.
    `near`: the searches for the neighbours in a series that find something, s21 and s23 where there is no s22.
    """

    groups: tuple[Group, ...]
    unheard: tuple[Group, ...] = ()
    unknown: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    begun: str = ""
    completed: tuple[str, ...] = ()


def meaning_of(typed: str, synonyms: Synonyms, rows: TextRows, speller: Speller) -> Meaning:
    """The same at each search for the text, whatever the filters."""
    begun = begun_word(typed, synonyms, rows.knows, speller)
    meaning = _of_words(typed, begun, synonyms, rows)
    if begun is None:
        return meaning
    return replace(meaning, begun=as_typed(typed, begun.word), completed=begun.words)


def _of_words(typed: str, begun: Begun | None, synonyms: Synonyms, rows: TextRows) -> Meaning:
    asked = [
        begun.meant if begun and group == begun.as_typed else group
        for group in groups_of(synonyms.content(typed), synonyms)
    ]
    groups = tuple(group for group in asked if rows.knows(group))
    if len(groups) == len(asked):
        return _of_known_words(typed, groups, synonyms, rows)
    return Meaning(
        groups=groups,
        unheard=tuple(group for group in asked if group not in groups),
        unknown=unknown_words(
            typed, synonyms, lambda group: rows.knows(group) or bool(begun and group == begun.as_typed)
        ),
        near=_near(typed, synonyms, rows),
    )


def _of_known_words(typed: str, groups: tuple[Group, ...], synonyms: Synonyms, rows: TextRows) -> Meaning:
    """Of "iphone 7" where there is a Pixel 7, but no such iPhone, the iPhone is left: a number is of its series."""
    unsold = _unsold(typed, groups, synonyms, rows)
    if unsold is None:
        return Meaning(groups)
    series, number = unsold
    lost = group_of([number], synonyms)
    return Meaning(
        groups=tuple(group for group in groups if group != lost),
        unheard=(lost,),
        unknown=(f"{series.typed} {number.typed}",),
        near=_near(typed, synonyms, rows, number),
    )


def _unsold(
    typed: str, groups: tuple[Group, ...], synonyms: Synonyms, rows: TextRows
) -> tuple[Word, Word] | None:
    """The first series of the text with a number that no product is called by, whatever else texts may mention."""
    for series, number in pairwise(synonyms.content(typed)):
        model = [group_of([word], synonyms) for word in (series, number)]
        if (
            series_number(series, number)
            and set(model) <= set(groups)
            and _names_things(model[0], rows)
            and not rows.named(model[0]) & rows.named(model[1])
            and not _of_size(model[0], number, rows)
        ):
            return series, number
    return None


def _names_things(series: Group, rows: TextRows) -> bool:
    """Whether most that have the word are called by it: "iphone", not "laptop", whose number would be a size."""
    return 2 * len(rows.named(series)) >= len(rows.group(series).rows)


def _of_size(series: Group, number: Word, rows: TextRows) -> bool:
    """Whether the number is a size of the series, for a "lenovo 14" whose inches only a description tells.

    Of one digit it is none: else each iPhone of 6.1 inches would be an "iphone 6".
    """
    if len(number.typed) < 2:
        return False
    sizes = Group(tuple(Alternative((number.typed, number.typed + unit)) for unit in SIZES))
    return len(rows.all_words((series, sizes)).rows) > 0


def _near(typed: str, synonyms: Synonyms, rows: TextRows, unsold: Word | None = None) -> tuple[str, ...]:
    def finds(other: str) -> bool:
        groups = groups_of(synonyms.content(other), synonyms)
        return len(rows.all_words(groups).rows) > 0 and not _unsold(other, tuple(groups), synonyms, rows)

    def known(word: Word) -> bool:
        return word != unsold and rows.knows(groups_of([word], synonyms)[0])

    return tuple(islice(filter(finds, neighbours(typed, known)), MOST_NEAR))
