"""All that one search reads, as one immutable value: no search sees half a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from search.columns import Cards, Choices, Ints, Offers, Products
from search.matching import TextRows
from search.postings import TextSnapshot
from search.spelling import Speller
from search.synonyms import Synonyms


@dataclass(frozen=True)
class Text:
    """A generation of the text index, joined to a product table."""

    snapshot: TextSnapshot
    rows: TextRows
    synonyms: Synonyms
    speller: Speller


@dataclass(frozen=True)
class State:
    """Columns, the cards made of them, and the text if there is one."""

    choices: Mapping[str, Choices]
    products: Products
    offers: Offers
    cards: Cards
    text: Text | None

    @property
    def snapshot(self) -> TextSnapshot | None:
        return self.text.snapshot if self.text else None

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
