"""What a text means to a shop: groups of terms that some product has, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from search.analysis import Word
from search.completing import begun_word
from search.matching import Group, TextRows
from search.spelling import Speller
from search.synonyms import Synonyms
from search.understanding import groups_of, neighbours, unknown_words

MOST_NEAR = 3  # searches proposed in the place of one for something that nobody sells


@dataclass(frozen=True, slots=True)
class Meaning:
    """`groups` that some product has, `unheard` those that none has; `unknown` are the words of the latter as typed.

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
        return Meaning(groups)
    return Meaning(
        groups=groups,
        unheard=tuple(group for group in asked if group not in groups),
        unknown=unknown_words(
            typed, synonyms, lambda group: rows.knows(group) or bool(begun and group == begun.as_typed)
        ),
        near=_near(typed, synonyms, rows),
    )


def _near(typed: str, synonyms: Synonyms, rows: TextRows) -> tuple[str, ...]:
    def finds(other: str) -> bool:
        groups = groups_of(synonyms.content(other), synonyms)
        return len(rows.all_words(groups).rows) > 0

    def known(word: Word) -> bool:
        return rows.knows(groups_of([word], synonyms)[0])

    return tuple(islice(filter(finds, neighbours(typed, known)), MOST_NEAR))
