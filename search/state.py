"""All that one search reads, as one immutable value: no search sees half a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial

import numpy as np

from search.columns import Cards, Choices, Ints, Offers, Products
from search.completing import begun_word
from search.kinds import Kinds
from search.matching import TextRows
from search.meaning import Meaning, meaning_of
from search.postings import Floats, TextSnapshot
from search.spelling import Speller
from search.synonyms import Synonyms
from search.understanding import corrected_text

MOST_REMEMBERED = 1_000  # texts, of 512 characters at most
MOST_FOUND = 8  # texts, with the cards that each finds: a few megabytes


@dataclass(frozen=True)
class Found:
    """What a text finds, before any filter: candidate cards, ascending, and by product row the relevance of those
    that have one. None where there is no text.
    """

    cards: Ints | None
    relevance: Floats | None = None
    corrected: str | None = None
    relaxed: bool = False
    meaning: Meaning = Meaning(())


@dataclass(frozen=True)
class Text:
    """A generation of the text index, joined to a product table."""

    snapshot: TextSnapshot
    rows: TextRows
    synonyms: Synonyms
    speller: Speller

    @cached_property
    def corrected(self) -> Callable[[str], str | None]:
        """The text with its misspelt words corrected; None where there is nothing to correct. Remembered."""
        return lru_cache(MOST_REMEMBERED)(self._corrected)

    def _corrected(self, typed: str) -> str | None:
        begun = begun_word(typed, self.synonyms, self.rows.knows, self.speller)
        return corrected_text(
            typed, self.synonyms, self.rows.knows, self.speller, begun.word.surface if begun else None
        )

    @cached_property
    def meaning(self) -> Callable[[str], Meaning]:
        """As `meaning_of`. Remembered, as people page and filter what they searched."""
        return lru_cache(MOST_REMEMBERED)(
            lambda typed: meaning_of(typed, self.synonyms, self.rows, self.speller)
        )

    def find(self, cards: Cards, typed: str, literal: bool, enough: int) -> Found:
        """What the text alone finds: what is relaxed or corrected must not depend on the filters, or the counts beside
        them would lie. With fewer cards than `enough` that have all words, any word will do.
        """
        corrected = None if literal else self.corrected(typed)
        meaning = self.meaning(corrected or typed)
        matches = self.rows.all_words(meaning.groups)
        found = cards.of_products(matches.rows)
        relaxed = bool(meaning.groups and meaning.unheard)
        if len(found) < enough and len(meaning.groups) > 1:
            wider = self.rows.any_word(meaning.groups)
            if len(wider.rows) > len(matches.rows):
                matches, relaxed = wider, True
                found = cards.of_products(matches.rows)
        relevance = np.zeros(len(cards.starts) - 1)
        relevance[matches.rows] = matches.relevance
        return Found(found, relevance, corrected, relaxed, meaning)


@dataclass(frozen=True)
class State:
    """Columns, the cards made of them, and the text if there is one."""

    choices: Mapping[str, Choices]
    kinds: Kinds
    products: Products
    offers: Offers
    cards: Cards
    text: Text | None

    @property
    def snapshot(self) -> TextSnapshot | None:
        return self.text.snapshot if self.text else None

    @cached_property
    def find(self) -> Callable[[str, bool, int], Found]:
        """As `Text.find` for these cards. The last few are remembered, as people page and filter what they found."""
        if self.text is None:
            return lambda *_: Found(None)
        return lru_cache(MOST_FOUND)(partial(self.text.find, self.cards))

    @cached_property
    def cards_by_name(self) -> Ints:
        """How many cards there are of each name, by its place among the choices."""
        names = len(self.choices["name"].values)
        return np.bincount(self.products.names[self.cards.product], minlength=names + 1)[1:]

    def with_text(self, text: Text | None) -> State:
        """The same columns, with this text joined to their products."""
        if text is None:
            return replace(self, text=None)
        snapshot = text.snapshot
        rows_of = tuple(self.products.rows_of(segment.product_ids) for segment in snapshot.segments)
        return replace(self, text=replace(text, rows=TextRows(snapshot, rows_of)))


def text_of(snapshot: TextSnapshot, synonyms: Synonyms) -> Text:
    """The text of this generation, not yet joined to any products; takes a while."""
    speller = Speller({**dict.fromkeys(synonyms.words, 1), **snapshot.vocabulary()})
    return Text(snapshot, TextRows(snapshot, ()), synonyms, speller)
