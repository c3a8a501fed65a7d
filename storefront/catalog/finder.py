"""The search engine of this process, kept in step with the database.

The database is the truth. Every request that searches asks for the catalogue's generation first; when it moved, the
products in the outbox are read again into the engine's columns (microseconds to milliseconds), so a price or a stock is
never stale. Words follow a moment later: they are written to the shared index on disk after the answer has gone out, by
whichever process comes first.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from flask import Flask, Response, current_app, g
from sqlalchemy import func, select

from search import Document, Engine, IndexDamaged
from search.checking import Difference

from ..core.clock import utcnow
from ..core.database import db
from ..core.delivery import do_not_keep
from ..sellers.newcomers import drawn_risks
from .changes import generation
from .models import CatalogChange
from .queries import Shelf, newcomers_products, shelves
from .rules import GRADES, Turns
from .valuing import documents, offer_rows

log = logging.getLogger(__name__)

# With more products than this behind, reading everything anew is quicker.
MOST_CATCH_UP = 3_000


class Finder:
    """One for each process; `current_finder()` gives it."""

    def __init__(self, directory: Path) -> None:
        self.engine = Engine(directory, grades=GRADES)
        self.seen = -1
        self.shelves: tuple[Shelf, ...] = ()
        self.turns = Turns(date.min, {})
        # The generations of the last change of words that this process saw, and of the words that it knows on disk.
        self.words_changed = 0
        self.words_written = -1
        self.lock = threading.Lock()
        self.forget: list[Callable[[set[int] | None], None]] = []

    def catch_up(self) -> int:
        """Take up what changed since the last call; returns the generation that searches now answer from."""
        # A public page has asked for it already, on its way in.
        number = g.generation if "generation" in g else generation()
        today = utcnow().date()
        if number > self.seen or today > self.turns.day:
            with self.lock:
                if number > self.seen or today > self.turns.day:
                    self._follow(max(number, self.seen), today)
        return number

    def _follow(self, number: int, today: date) -> None:
        self.shelves = tuple(shelves())
        changed = self._changed(number) if self.seen >= 0 else None
        if changed is not None and today > self.turns.day:
            changed = {**dict.fromkeys(newcomers_products(), False), **changed}
        self.turns = Turns(today, drawn_risks(today=today))
        if changed is None:
            self.engine.load(documents(), offer_rows(self.turns), upto=number)
            self.words_changed = number
        elif changed:
            texts = [product for product, text in changed.items() if text]
            if texts:
                self.engine.put_documents(documents(texts))
                self.words_changed = number
            self.engine.replace_offers(changed, offer_rows(self.turns, changed))
        self.seen = number
        for forget in self.forget:
            forget(None if changed is None else set(changed))

    def _changed(self, number: int) -> dict[int, bool] | None:
        """Product id -> whether its words changed, since the generation seen; `None` when there are too many."""
        if number == self.seen:
            return {}
        oldest = db.session.scalar(select(func.min(CatalogChange.generation)))
        if oldest is None or oldest > self.seen + 1:
            return None
        changes: dict[int, bool] = {}
        statement = select(CatalogChange.product_id, CatalogChange.text).where(
            CatalogChange.generation > self.seen, CatalogChange.generation <= number
        )
        for row in db.session.execute(statement):
            changes[row.product_id] = changes.get(row.product_id, False) or row.text
        return changes if len(changes) <= MOST_CATCH_UP else None

    @property
    def words_behind(self) -> bool:
        """Whether the words on disk may lack something, as far as this process knows."""
        return self.words_written < self.words_changed

    def words_lost(self) -> None:
        """The index could not be read: whoever answers next builds it anew."""
        self.words_written = -1

    def write_words(self) -> bool:
        """Bring the text index on disk up to the database; False when another process is at it. Never waits."""
        number = generation()
        try:
            written = self._apply_words(number)
        except IndexDamaged as error:
            log.warning("building the search index anew: %s", error)
            written = self._rebuild_if_possible()
        if written:
            self.words_written = max(self.words_written, number)
        return written

    def _rebuild_if_possible(self) -> bool:
        try:
            return self.rebuild()
        except IndexDamaged:
            # A full disk, say: searches stay limited, and the next answer tries again.
            log.exception("the search index can't be written")
            return False

    def _apply_words(self, number: int) -> bool:
        cursor = self.engine.text_cursor()
        if cursor >= number:
            return True
        oldest = db.session.scalar(select(func.min(CatalogChange.generation)))
        if oldest is None or oldest > cursor + 1:
            return self.rebuild()
        statement = select(CatalogChange.product_id).where(
            CatalogChange.generation > cursor, CatalogChange.generation <= number, CatalogChange.text
        )
        return self.engine.apply_text(documents(set(db.session.scalars(statement))), (), upto=number)

    def rebuild(self, progress: Callable[[list[Document]], Iterable[Document]] = iter) -> bool:
        """Write a new index of all products beside the old one and swap; False when another process is writing.

        `progress` is handed the products and gives them back one at a time.
        """
        number = generation()
        return self.engine.rebuild(progress(documents()), upto=number)

    def check(self) -> tuple[Difference, set[int]]:
        """What differs between the index and the database, and which products still wait to be written."""
        cursor = self.engine.text_cursor()
        waiting = select(CatalogChange.product_id).where(
            CatalogChange.generation > cursor, CatalogChange.text
        )
        return self.engine.check(documents()), set(db.session.scalars(waiting))


def init_app(app: Flask) -> None:
    app.extensions["finder"] = Finder(Path(app.instance_path) / "search")


def write_words_after(response: Response) -> Response:
    """Let the words follow once this answer has gone out, when they are behind: then it is not kept, either."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    finder = current_finder()

    def write() -> None:
        with app.app_context():
            finder.write_words()

    if finder.words_behind:
        do_not_keep()
        response.call_on_close(write)
    return response


def current_finder() -> Finder:
    """The search engine of this process."""
    finder: Finder = current_app.extensions["finder"]
    return finder
