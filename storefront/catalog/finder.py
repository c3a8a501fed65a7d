"""The search engine of this process, kept in step with the database.

The database is the truth. Every request that searches asks for the catalogue's generation first; when it moved, the
products in the outbox are read again into the engine's columns (microseconds to milliseconds), so a price or a stock is
never stale. Words follow a moment later: they are written to the shared index on disk after the answer has gone out, by
whichever process comes first.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
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
        # The text that turned out to be unreadable, if one did.
        self.spoilt: tuple[str, int] | None = None
        self.healing = Patience()
        self.lock = threading.Lock()
        self.forget: list[Callable[[set[int] | None], None]] = []

    def catch_up(self) -> int:
        """Take up what changed since the last call; returns the generation that searches now answer from."""
        # A public page has asked for it already, on its way in.
        number = g.generation if "generation" in g else generation()
        today = utcnow().date()
        if self._behind(number, today):
            with self.lock:
                if self._behind(number, today):
                    self._follow(number, today)
        if self.words_behind:
            # Noted before the search: the words may be there a moment later, and the page not have them.
            g.words_were_behind = True
        return number

    def _behind(self, number: int, today: date) -> bool:
        # Whoever still looks at an older database than was seen here has nothing to tell of a new day, either.
        return number > self.seen or (number == self.seen and today > self.turns.day)

    def _follow(self, number: int, today: date) -> None:
        self.shelves = tuple(shelves())
        changed = self._changed(number) if self.seen >= 0 else None
        if changed is not None and today > self.turns.day:
            changed = {**dict.fromkeys(newcomers_products(), False), **changed}
        turns = Turns(today, drawn_risks(today=today))
        if changed is None:
            self.engine.load(documents(), offer_rows(turns), upto=number)
            self.words_changed = number
        elif changed:
            self._take_up_texts({product for product, text in changed.items() if text}, number)
            self.engine.replace_offers(changed, offer_rows(turns, changed))
        self.turns = turns
        self.seen = number
        for forget in self.forget:
            forget(None if changed is None else set(changed))

    def _take_up_texts(self, products: set[int], number: int) -> None:
        if products:
            found = documents(products)
            self.engine.remove_documents(products.difference(document.id for document in found))
            self.engine.put_documents(found)
            self.words_changed = number

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
        """The index could not be read for this page: whoever answers next builds it anew."""
        g.words_were_behind = True
        self.spoilt = self.engine.text_identity
        self.words_written = -1

    def look_after_words(self) -> None:
        """For the periodic work: let the words follow, and make an index anew that was harmed on disk.

        Searches go on from memory meanwhile, but the next process to start would have nothing to read.
        """
        if self.words_behind:
            self.write_words()
            return
        try:
            self.engine.verify()
        except IndexDamaged as error:
            self._heal(error)

    def write_words(self) -> bool:
        """Bring the text index on disk up to the database. Never waits.

        False when another process is at it, or when the disk refused a moment ago.
        """
        number = generation()
        try:
            written = self._apply_words(number)
        except IndexDamaged as error:
            written = self._heal(error)
        if written:
            self.words_written = max(self.words_written, number)
        return written

    def _heal(self, error: IndexDamaged) -> bool:
        if not self.healing.may_try():
            return False
        try:
            written = self.rebuild()
        except IndexDamaged as refused:
            # A full disk, say: searches go on as they can, and we try again.
            self.healing.lose()
            log.error("the search index can't be written: %s", refused)
            return False
        if written:
            self.healing.regain()
            log.warning("built the search index anew: %s", error)
        return written

    def _apply_words(self, number: int) -> bool:
        cursor = self.engine.text_cursor()
        if self.spoilt is not None and self.engine.text_identity == self.spoilt:
            raise IndexDamaged("the words of a search could not be read")
        if cursor > number and cursor > self._generation_now():
            raise IndexDamaged("the index followed another database, or this one before it was restored")
        if cursor >= number:
            return True
        ids = self._words_changed_since(cursor, number)
        if ids is None:
            return self.rebuild()
        return self.engine.apply_text(documents(ids), ids, upto=number)

    def _generation_now(self) -> int:
        """With fresh eyes: what was read in this session's transaction may be older than the index."""
        db.session.rollback()
        return generation()

    def _words_changed_since(self, cursor: int, number: int) -> set[int] | None:
        """The products whose words changed after `cursor`, up to `number`; None when the outbox has forgotten."""
        oldest = db.session.scalar(select(func.min(CatalogChange.generation)))
        if cursor < number and (oldest is None or oldest > cursor + 1):
            return None
        statement = select(CatalogChange.product_id).where(
            CatalogChange.generation > cursor, CatalogChange.generation <= number, CatalogChange.text
        )
        return set(db.session.scalars(statement))

    def rebuild(self, progress: Callable[[list[Document]], Iterable[Document]] = iter) -> bool:
        """Write a new index of all products beside the old one and swap; False when another process is at that.

        The old one follows the database meanwhile, and the new one catches up before it takes its place. `progress`
        is handed the products and gives them back one at a time.
        """

        def everything() -> Iterator[Document]:
            """Read only when it is known that no other process is at it."""
            products = documents()
            # Writing takes a while: the database need not keep the view that this was read from.
            db.session.rollback()
            yield from progress(products)

        written = self.engine.rebuild(everything(), upto=generation(), since=self._changes_since)
        if written:
            self.spoilt = None
        return written

    def _changes_since(self, cursor: int) -> tuple[list[Document], set[int], int]:
        number = self._generation_now()
        ids = self._words_changed_since(cursor, number)
        return (documents(), set(), number) if ids is None else (documents(ids), ids, number)

    def waiting(self) -> set[int]:
        """The products whose changed words are not in the index yet."""
        number = self._generation_now()
        return self._words_changed_since(self.engine.text_cursor(), number) or set()

    def check(self) -> tuple[Difference, set[int]]:
        """What differs between the index and the database, and which products still wait to be written."""
        cursor = self.engine.text_cursor()
        difference = self.engine.check(documents())
        return difference, self._words_changed_since(cursor, generation()) or set()


class Patience:
    """When to try again what the disk refused: soon at first, ever later while it goes on refusing."""

    FIRST, LONGEST = 1.0, 30.0

    def __init__(self) -> None:
        self.pause = self.FIRST
        self.until = 0.0

    def may_try(self) -> bool:
        return time.monotonic() >= self.until

    def lose(self) -> None:
        self.until = time.monotonic() + self.pause
        self.pause = min(2 * self.pause, self.LONGEST)

    def regain(self) -> None:
        self.pause, self.until = self.FIRST, 0.0


def init_app(app: Flask) -> None:
    app.extensions["finder"] = Finder(Path(app.instance_path) / "search")


def write_words_after(response: Response) -> Response:
    """Let the words follow once this answer has gone out, when they are behind: then it is not kept, either."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    finder = current_finder()

    def write() -> None:
        with app.app_context():
            finder.write_words()

    if "words_were_behind" in g:
        do_not_keep()
    if finder.words_behind:
        response.call_on_close(write)
    return response


def current_finder() -> Finder:
    """The search engine of this process."""
    finder: Finder = current_app.extensions["finder"]
    return finder
