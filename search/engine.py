"""The door of the library: one object that searches, and takes changes of products, offers and text."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from search.analysis import MAX_QUERY_CHARS
from search.checking import Difference, compare
from search.columns import Cards, Offers, Products, new_choices
from search.errors import IndexDamaged
from search.explaining import Explanation
from search.kinds import Kinds
from search.postings import TextSnapshot
from search.query import Document, Having, OfferRow, Query, Results
from search.searching import explain, having, search, without
from search.state import State, text_of
from search.suggesting import Suggester
from search.synonyms import Synonyms
from search.text import TextIndex

# What changed after a generation: products, ids of products that are gone, and the generation that this reaches.
Since = Callable[[int], tuple[Iterable[Document], Iterable[int], int]]

# How long a rebuild waits for whoever changes the index at the moment, before it takes its place (seconds).
SWAP_PATIENCE = 10.0
# Beyond so many products, making all cards anew is quicker than putting in those that changed.
MOST_SPLICED = 100


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
        # Reading a new text takes a while; changes of columns don't wait for it.
        self._reading = threading.Lock()
        self._state = self._columns((), ())
        self._suggester: tuple[tuple[TextSnapshot | None, int], Suggester] | None = None
        self.loaded_upto = 0

    # Columns

    def load(self, documents: Iterable[Document], offers: Iterable[OfferRow], upto: int) -> None:
        """Fill the columns anew. `upto` is kept as `loaded_upto`, for the caller's own reckoning."""
        with self._changing:
            state = self._columns(documents, offers)
            self._state = state.with_text(self._state.text)
            self.loaded_upto = upto

    def put_documents(self, documents: Iterable[Document]) -> None:
        """Add or replace products in the columns. Their text changes with `apply_text` only."""
        with self._changing:
            newer = Products.of(documents, self._state.choices, self._state.kinds)
            self._set(self._state.products.merged_with(newer), self._state.offers)

    def remove_documents(self, product_ids: Iterable[int]) -> None:
        """Remove products, with their offers, from the columns."""
        ids = np.array(sorted(set(product_ids)), np.int64)
        with self._changing:
            none = Offers.of((), self._state.choices["grade"])
            self._set(self._state.products.without(ids), self._state.offers.replaced(ids, none))

    def replace_offers(self, product_ids: Iterable[int], rows: Iterable[OfferRow]) -> None:
        """Give all offers of these products anew. Milliseconds; nothing is written to disk.

        Raises ValueError if a row belongs to none of the products, KeyError if its grade is unknown.
        """
        ids, newer = np.array(sorted(set(product_ids)), np.int64), list(rows)
        strangers = {row.product_id for row in newer}.difference(ids.tolist())
        if strangers:
            raise ValueError(f"offers of other products: {sorted(strangers)[:5]}")
        with self._changing:
            old = self._state
            table = Offers.of(newer, old.choices["grade"])
            offers = old.offers.replaced(ids, table)
            if len(ids) <= MOST_SPLICED:
                cards = old.cards.replaced(old.products, ids, old.offers, table)
            else:
                cards = Cards.of(old.products, offers)
            self._state = replace(old, offers=offers, cards=cards)

    # Text

    @property
    def text_identity(self) -> tuple[str, int] | None:
        """Which generation of which index searches here read; None if they have none."""
        snapshot = self._state.snapshot
        return snapshot.identity if snapshot else None

    def verify(self) -> None:
        """Look whether the text on disk is what was written, though searches read it from memory. Microseconds.

        Raises IndexDamaged: rebuild.
        """
        self._index.verify()

    def text_cursor(self) -> int:
        """How far the text index on disk has followed its source. Raises IndexDamaged if there is none."""
        self.refresh()
        snapshot = self._state.snapshot
        return snapshot.upto if snapshot else 0

    def refresh(self) -> None:
        """Take up the newest text on disk, whoever wrote it. Microseconds when there is nothing new.

        Raises IndexDamaged; searches then go on with the text read before, if any.
        """
        with self._reading:
            before = self._state.snapshot
            snapshot = self._index.snapshot(before)
            if snapshot is not before:
                text = text_of(snapshot, self._synonyms)
                with self._changing:
                    self._state = self._state.with_text(text)

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

    def rebuild(self, documents: Iterable[Document], upto: int, since: Since | None = None) -> bool:
        """Write a new index of all products beside the current one and put it in its place; searches go on.

        Note `upto` before reading the documents. The current index may be changed meanwhile: `since(upto)` is asked
        at the end, and gives what changed after `upto` (products, ids of those that are gone, how far that goes).
        False if another process is rebuilding or, with no `since`, if the current index has gone beyond `upto`: note
        it again and try later. Raises IndexDamaged if the disk refuses.
        """
        with self._index.only_builder() as mine:
            if not mine or (since is None and self._beyond(upto)):
                return False
            name = self._index.build(documents, upto)
            try:
                if not self._replace_text(name, upto, since):
                    self._index.discard(name)
                    return False
            except BaseException:
                self._index.discard(name)
                raise
            self._index.sweep()
        self.refresh()
        return True

    def _replace_text(self, name: str, upto: int, since: Since | None) -> bool:
        with self._index.only_writer(patience=SWAP_PATIENCE) as mine:
            if not mine or (since is None and self._beyond(upto)):
                return False
            if since is not None:
                changed, gone, later = since(upto)
                if later > upto:
                    self._index.apply(changed, gone, later, name)
            self._index.put_in_place(name)
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
        return search(self._readable(query), _cut(query))

    def without(self, query: Query) -> list[tuple[str, int]]:
        """For each active filter (facets, `price`, `battery`) how many cards there would be without it."""
        return without(self._readable(query), _cut(query))

    def having(self, text: str) -> Having:
        """The products, in stock or not, whose texts have all words of `text`, whatever else they have; for callers
        that need exactly what they asked for. Raises IndexDamaged as `search`.
        """
        query = _cut(Query(text=text))
        return having(self._readable(query), query.text)

    def explain(self, query: Query, places: int = 5) -> Explanation:
        """The query as it was understood, and the parts of its first scores. For people: no hurry here."""
        return explain(self._readable(query), _cut(query), places)

    def check(self, documents: Iterable[Document]) -> Difference:
        """Compare the text index on disk with its source, term by term. Raises IndexDamaged if it can't be read."""
        self.refresh()
        snapshot = self._state.snapshot
        if snapshot is None:
            raise IndexDamaged("there is no text index")
        return compare(snapshot, documents)

    def suggest(self, text: str, limit: int = 6) -> tuple[str, ...]:
        """What somebody who typed so much may mean: names of products in stock, then words of the shop.

        Well under a millisecond; works without a text index, from names alone.
        """
        state = self._state
        made_of = (state.snapshot, len(state.choices["name"].values))
        made = self._suggester
        if made is None or made[0] != made_of:
            names = [str(name) for name in state.choices["name"].values]
            vocabulary = state.snapshot.vocabulary() if state.snapshot else {}
            made = self._suggester = made_of, Suggester(names, vocabulary)
        return made[1].suggest(text[:MAX_QUERY_CHARS], state.cards_by_name, limit)

    def _readable(self, query: Query) -> State:
        if query.text.strip() and query.among is None and self._state.text is None:
            self.refresh()
        return self._state

    # Changing the state

    def _columns(self, documents: Iterable[Document], offers: Iterable[OfferRow]) -> State:
        choices = new_choices(self._grades)
        kinds = Kinds(len(self._grades))
        products = Products.of(documents, choices, kinds)
        table = Offers.of(offers, choices["grade"])
        return State(choices, kinds, products, table, Cards.of(products, table), text=None)

    def _set(self, products: Products, offers: Offers) -> None:
        old = self._state
        state = State(old.choices, old.kinds, products, offers, Cards.of(products, offers), old.text)
        if not np.array_equal(products.ids, old.products.ids):
            state = state.with_text(old.text)
        self._state = state


def _cut(query: Query) -> Query:
    """With as much of its text as anybody means: what a search costs has a bound, whatever comes in."""
    return replace(query, text=query.text[:MAX_QUERY_CHARS])
