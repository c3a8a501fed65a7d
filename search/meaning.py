"""What a text means to a shop: groups of terms that some product has, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, pairwise

from search.analysis import Word
from search.completing import begun_word
from search.matching import Group, TextRows
from search.spelling import Speller
from search.synonyms import Synonyms
from search.understanding import group_of, groups_of, neighbours, series_number, unknown_words

MOST_NEAR = 3  # searches proposed in the place of one for something that nobody sells


@dataclass(frozen=True, slots=True)
class Meaning:
    """`groups` that some product has, `unheard` those that none has; `unknown` are the words of the latter as typed.

    A number that some product has, but none of its series ("iphone 7"), counts as unheard.
    `near`: the searches for the neighbours in a series that find something, s21 and s23 where there is no s22.
    """

    groups: tuple[Group, ...]
    unheard: tuple[Group, ...] = ()
    unknown: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def meaning_of(typed: str, synonyms: Synonyms, rows: TextRows, speller: Speller) -> Meaning:
    """The same at each search for the text, whatever the filters."""
    begun = begun_word(typed, synonyms, rows.knows, speller)
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
    if len(groups) < 2 or len(rows.all_words(groups).rows):
        return Meaning(groups)
    for series, number in pairwise(synonyms.content(typed)):
        model = [group_of([word], synonyms) for word in (series, number)]
        if (
            series_number(series, number)
            and set(model) <= set(groups)
            and not len(rows.all_words(model).rows)
        ):
            return Meaning(
                groups=tuple(group for group in groups if group != model[1]),
                unheard=(model[1],),
                unknown=(f"{series.typed} {number.typed}",),
                near=_near(typed, synonyms, rows, number),
            )
    return Meaning(groups)


def _near(typed: str, synonyms: Synonyms, rows: TextRows, unsold: Word | None = None) -> tuple[str, ...]:
    def finds(other: str) -> bool:
        groups = groups_of(synonyms.content(other), synonyms)
        return len(rows.all_words(groups).rows) > 0

    def known(word: Word) -> bool:
        return word != unsold and rows.knows(groups_of([word], synonyms)[0])

    return tuple(islice(filter(finds, neighbours(typed, known)), MOST_NEAR))
