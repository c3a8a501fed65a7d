"""The search engine: text by Whoosh, columns by numpy, one immutable state that searches read and changes replace."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from search.analysis import content_words, query_words
from search.columns import Cards, Choices, Ints, Offers, Products, new_choices
from search.errors import IndexDamaged
from search.facets import Counted, count
from search.matching import TextRows
from search.postings import Floats, TextSnapshot
from search.query import Document, Filters, Hit, OfferRow, Query, Results
from search.ranking import blend, descending, first_places
from search.spelling import Speller
from search.synonyms import Synonyms
from search.text import TextIndex
from search.understanding import corrected_text, groups_of


@dataclass(frozen=True)
class _Text:
    """A generation of the text index, joined to a product table."""

    snapshot: TextSnapshot
    rows: TextRows
    synonyms: Synonyms

    @cached_property
    def speller(self) -> Speller:
        words = self.snapshot.vocabulary()
        return Speller({**dict.fromkeys(self.synonyms.words, 1), **words})


@dataclass(frozen=True)
class _State:
    """All that one search reads. Replaced as a whole, so no search sees half a change."""

    choices: Mapping[str, Choices]
    products: Products
    offers: Offers
    cards: Cards
    text: _Text | None


@dataclass(frozen=True)
class _Found:
    """What the text of a query found: candidate cards and the relevance of each; None, 0 where there is no text."""

    cards: Ints | None
    relevance: Floats | None
    corrected: str | None = None
    relaxed: bool = False


class Engine:
    """Searches of any number of threads; changes are made one at a time, each visible as a whole or not at all.

    `directory` holds the text index and is shared by all processes; the columns belong to this process and are
    filled by `load`, then kept up to date by `put_documents`, `remove_documents` and `replace_offers`.
    """

    def __init__(self, directory: Path, *, grades: Sequence[str], synonyms: Synonyms | None = None) -> None:
        self._index = TextIndex(Path(directory))
        self._grades = tuple(grades)
        self._synonyms = Synonyms.read() if synonyms is None else synonyms
        self._changing = threading.RLock()
        self._state = self._columns((), (), new_choices(self._grades), None)
        self.loaded_upto = 0

    # Columns

    def load(self, documents: Iterable[Document], offers: Iterable[OfferRow], upto: int) -> None:
        """Fill the columns anew. `upto` is kept as `loaded_upto`, for the caller's own reckoning."""
        with self._changing:
            state = self._columns(documents, offers, new_choices(self._grades), self._state.text)
            self._state = _joined(state, state.text.snapshot if state.text else None, self._synonyms)
            self.loaded_upto = upto

    def put_documents(self, documents: Iterable[Document]) -> None:
        """Add or replace products in the columns. Their text changes with `apply_text` only."""
        with self._changing:
            newer = Products.of(documents, self._state.choices)
            self._set(products=self._state.products.merged_with(newer))

    def remove_documents(self, product_ids: Iterable[int]) -> None:
        """Remove products, with their offers, from the columns."""
        ids = np.array(sorted(set(product_ids)), np.int64)
        with self._changing:
            none = Offers.of((), self._state.choices["grade"])
            self._set(
                products=self._state.products.without(ids), offers=self._state.offers.replaced(ids, none)
            )

    def replace_offers(self, product_ids: Iterable[int], rows: Iterable[OfferRow]) -> None:
        """Give all offers of these products anew. Milliseconds; nothing is written to disk.

        Raises ValueError if a row belongs to none of the products, KeyError if its grade is unknown.
        """
        ids, newer = np.array(sorted(set(product_ids)), np.int64), list(rows)
        strangers = {row.product_id for row in newer}.difference(ids.tolist())
        if strangers:
            raise ValueError(f"offers of other products: {sorted(strangers)[:5]}")
        with self._changing:
            table = Offers.of(newer, self._state.choices["grade"])
            self._set(offers=self._state.offers.replaced(ids, table))

    # Text

    def text_cursor(self) -> int:
        """How far the text index on disk has followed its source. Raises IndexDamaged if there is none."""
        self.refresh()
        text = self._state.text
        return text.snapshot.upto if text else 0

    def refresh(self) -> None:
        """Take up the newest text on disk, whoever wrote it. Microseconds when there is nothing new.

        Raises IndexDamaged; searches then go on with the text read before, if any.
        """
        with self._changing:
            before = self._state.text.snapshot if self._state.text else None
            snapshot = self._index.snapshot(before)
            if snapshot is not before:
                self._state = _joined(self._state, snapshot, self._synonyms)

    def apply_text(self, documents: Iterable[Document], removed_ids: Iterable[int], upto: int) -> bool:
        """Make these products' text durable, with the cursor, in one step; visible to the next search here.

        False, at once, if another process is writing: try later. Nothing happens if the index is already at
        `upto`. Raises IndexDamaged: rebuild.
        """
        with self._index.only_writer() as mine:
            if not mine:
                return False
            if self.text_cursor() < upto:
                self._index.apply(documents, removed_ids, upto)
                self.refresh()
            return True

    def rebuild(self, documents: Iterable[Document], upto: int) -> bool:
        """Write a new index of all products beside the current one and put it in its place; searches go on.

        Note `upto` before reading the documents. False if another process is writing, or has meanwhile gone
        beyond `upto`: note it again and try later. Raises IndexDamaged if the disk refuses.
        """
        with self._index.only_writer() as mine:
            if not mine or self._beyond(upto):
                return False
            self._index.rebuild(documents, upto)
            self.refresh()
            return True

    def _beyond(self, upto: int) -> bool:
        try:
            return self.text_cursor() > upto
        except IndexDamaged:
            return False

    # Searching

    def search(self, query: Query) -> Results:
        """The page of cards that the query asks for, and the exact counts around it.

        Raises IndexDamaged if there is a text and no index to look it up in, ValueError for a bad page or sort.
        """
        if query.page < 1 or query.per_page < 1:
            raise ValueError("pages count from 1")
        state = self._readable(query)
        found = _find(state, query)
        counted = count(state.cards, state.offers, state.choices, query.filters, found.cards)
        return Results(
            total=len(counted.cards),
            hits=_page(state, found, counted, query),
            facets=counted.facets,
            corrected=found.corrected,
            relaxed=found.relaxed,
            price_range=_price_range(state, found, counted, query.filters),
        )

    def without(self, query: Query) -> list[tuple[str, int]]:
        """For each active filter (facets, `price`, `battery`) how many cards there would be without it."""
        state = self._readable(query)
        found = _find(state, query)
        counts = []
        for name in query.filters.active():
            fewer = query.filters.dropping(name)
            counts.append(
                (name, len(count(state.cards, state.offers, state.choices, fewer, found.cards).cards))
            )
        return counts

    def _readable(self, query: Query) -> _State:
        if query.text.strip() and query.among is None and self._state.text is None:
            self.refresh()
        return self._state

    # Changing the state

    def _columns(
        self,
        documents: Iterable[Document],
        offers: Iterable[OfferRow],
        choices: Mapping[str, Choices],
        text: _Text | None,
    ) -> _State:
        products = Products.of(documents, choices)
        table = Offers.of(offers, choices["grade"])
        return _State(choices, products, table, Cards.of(products, table), text)

    def _set(self, products: Products | None = None, offers: Offers | None = None) -> None:
        old = self._state
        products_now, offers_now = products or old.products, offers or old.offers
        state = _State(old.choices, products_now, offers_now, Cards.of(products_now, offers_now), old.text)
        if products is not None and not np.array_equal(products.ids, old.products.ids):
            state = _joined(state, old.text.snapshot if old.text else None, self._synonyms)
        self._state = state


def _joined(state: _State, snapshot: TextSnapshot | None, synonyms: Synonyms) -> _State:
    if snapshot is None:
        return replace(state, text=None)
    rows_of = tuple(state.products.rows_of(segment.product_ids) for segment in snapshot.segments)
    return replace(state, text=_Text(snapshot, TextRows(snapshot, rows_of), synonyms))


def _find(state: _State, query: Query) -> _Found:
    """The candidates of the text alone: what is relaxed or corrected must not depend on the filters, or the
    counts beside them would lie."""
    if query.among is not None:
        rows = state.products.rows_of(np.array(sorted(set(query.among)), np.int64))
        return _Found(state.cards.of_products(rows[rows >= 0])[0], None)
    text = state.text
    if not query.text.strip() or text is None:
        return _Found(None, None)
    words = content_words(query_words(query.text))
    corrected = None
    if not query.literal:
        corrected = corrected_text(query.text, text.synonyms, text.rows.knows, lambda: text.speller)
        if corrected is not None:
            words = content_words(query_words(corrected))
    groups = groups_of(words, text.synonyms)
    matches = text.rows.all_words(groups)
    cards, place = state.cards.of_products(matches.rows)
    relaxed = False
    if len(cards) < query.per_page and len(groups) > 1:
        wider = text.rows.any_word(groups)
        if len(wider.rows) > len(matches.rows):
            matches, relaxed = wider, True
            cards, place = state.cards.of_products(matches.rows)
    return _Found(cards, matches.relevance[place], corrected, relaxed)


def _page(state: _State, found: _Found, counted: Counted, query: Query) -> tuple[Hit, ...]:
    offers, shows = state.offers, counted.shows
    value = offers.value[shows]
    relevance = np.zeros(len(shows)) if found.relevance is None else found.relevance[counted.place]
    score = value if found.relevance is None else blend(relevance, value)
    keys = _keys(state, counted, query, score)
    start = (query.page - 1) * query.per_page
    if start >= len(shows):
        return ()
    places = first_places(keys, min(start + query.per_page, len(shows)))[start:]
    grades = state.choices["grade"].values
    return tuple(
        Hit(
            offer_id=int(offers.id[shows[at]]),
            product_id=int(offers.product_id[shows[at]]),
            grade=str(grades[int(offers.grade[shows[at]])]),
            price=int(offers.price[shows[at]]),
            relevance=float(relevance[at]),
            value=float(value[at]),
            score=float(score[at]),
        )
        for at in places
    )


def _keys(state: _State, counted: Counted, query: Query, score: Floats) -> tuple[Ints, ...]:
    """What cards are sorted by; what still ties stays by product id, then grade."""
    best, fresh = descending(score), -state.cards.freshness[counted.cards]
    if query.sort == "best":
        return (best, fresh)
    if query.sort == "newest":
        return (fresh, best)
    if query.sort == "guarantee":
        return (-state.offers.guarantee[counted.shows].astype(np.int64), best, fresh)
    if query.sort == "price":
        return (state.offers.price[counted.shows], best, fresh)
    if query.sort == "-price":
        return (-state.offers.price[counted.shows], best, fresh)
    raise ValueError(f"unknown sort {query.sort!r}")


def _price_range(state: _State, found: _Found, counted: Counted, filters: Filters) -> tuple[int, int] | None:
    if "price" in filters.active():
        counted = count(state.cards, state.offers, state.choices, filters.dropping("price"), found.cards)
    prices = state.offers.price[counted.shows]
    return (int(prices.min()), int(prices.max())) if len(prices) else None
