"""The search engine of this process, kept in step with the database.

The database is the truth. Every request that searches asks for the catalogue's generation first; when it moved, the
products in the outbox are read again into the engine's columns (milliseconds), so a price or a stock is never stale.
Many at once (a large seller's quality moved, a whole file came in) are taken up beside the requests, a few at a time,
and so is a new day: searches meanwhile show what was, and single changes go before. Words follow a moment later: they
are written to the shared index on disk after the answer has gone out, by whichever process comes first.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from flask import Flask, Response, current_app, g

from search import Document, Engine, IndexDamaged
from search.checking import Difference

from ..core.clock import utcnow
from ..core.database import db
from ..core.delivery import do_not_keep
from .changes import changed_products, generation, words_changed_since
from .news import News, read_news, turns_on
from .patience import Patience
from .queries import Shelf, newcomers_products, shelves
from .rules import GRADES, Turns
from .valuing import documents, offer_rows

log = logging.getLogger(__name__)

# So many changed products are taken up while a shopper waits (milliseconds), and so many in one go by who follows.
MOST_AT_ONCE = 50
FOLLOWED_AT_ONCE = 200
# With more changes than this to follow, reading everything anew is quicker.
MOST_FOLLOWED = 20_000
# How long a shopper waits for whoever takes something up at the moment, and who follows lets others go first (seconds).
LONGEST_WAIT = 0.02
BREATH = 0.002


class Finder:
    """One for each process; `current_finder()` gives it."""

    def __init__(self, directory: Path) -> None:
        self.engine = Engine(directory, grades=GRADES)
        # The generation up to which single changes are taken up, and the one up to which all are.
        self.seen = -1
        self.followed = -1
        self.shelves: tuple[Shelf, ...] = ()
        self.turns = Turns(date.min, {})
        # The generations of the last change of words that this process saw, and of the words that it knows on disk.
        self.words_changed = 0
        self.words_written = -1
        # The text that turned out to be unreadable, if one did.
        self.spoilt: tuple[str, int] | None = None
        self.healing = Patience()
        # Held for milliseconds by whoever changes the columns; and for long by the one that follows large changes.
        self.lock = threading.Lock()
        self.following = threading.Lock()
        self.forget: list[Callable[[set[int] | None], None]] = []

    def catch_up(self) -> int:
        """Take up what changed since the last call, if that is quickly done; returns the generation of the database."""
        # A public page has asked for it already, on its way in.
        number = g.generation if "generation" in g else generation()
        if self.seen < 0:
            with self.following:
                if self.seen < 0:
                    self._load(number)
        elif number > self.seen and self.lock.acquire(timeout=LONGEST_WAIT):
            try:
                if number > self.seen:
                    self._notice(number)
            finally:
                self.lock.release()
        if self.behind(number) or self.words_behind:
            # Noted before the search: it may be there a moment later, and the page not have it.
            g.search_was_behind = True
        return number

    def behind(self, number: int) -> bool:
        """Whether searches may not show all that was so at this generation, or yesterday's turns of newcomers."""
        return number > self.followed or self.seen > self.followed or utcnow().date() > self.turns.day

    def _notice(self, number: int) -> None:
        changed = changed_products(self.seen, number, most=MOST_AT_ONCE)
        if changed is None or changed.around:
            self._tell_time(self.turns.day)
        if changed is not None:
            self._put(read_news(changed.texts, self.turns), number)
            if self.followed == self.seen:
                self.followed = number
        self.seen = number

    def follow(self) -> None:
        """Take up all that changed, however much, and a new day; at once back where another thread is at it.

        Ends this session's transaction.
        """
        if self.seen < 0:
            self.catch_up()
        if not self.following.acquire(blocking=False):
            return
        try:
            number = self._generation_now()
            if self.behind(number):
                self._follow(number)
        finally:
            self.following.release()

    def _follow(self, number: int) -> None:
        today = utcnow().date()
        changed = changed_products(self.followed, number, most=MOST_FOLLOWED)
        if changed is None:
            self._load(number)
            return
        of_the_day = newcomers_products() if today > self.turns.day else ()
        texts = {**dict.fromkeys(of_the_day, False), **changed.texts}
        with self.lock:
            self._tell_time(today)
        ids = sorted(texts)
        for start in range(0, len(ids), FOLLOWED_AT_ONCE):
            self._follow_some({id: texts[id] for id in ids[start : start + FOLLOWED_AT_ONCE]}, number)
            time.sleep(BREATH)
        with self.lock:
            self.followed = max(self.followed, number)
            self.seen = max(self.seen, number)

    def _follow_some(self, texts: Mapping[int, bool], number: int) -> None:
        """Read while requests go on; once more, and they wait, where one of them took up something meanwhile."""
        seen = self.seen
        # With fresh eyes, each time: what a request took up is not to be undone.
        db.session.rollback()
        news = read_news(texts, self.turns)
        with self.lock:
            if self.seen != seen:
                db.session.rollback()
                news = read_news(texts, self.turns)
            self._put(news, number)

    def _load(self, number: int) -> None:
        """Read everything anew; searches go on over what there was."""
        turns = turns_on(utcnow().date())
        products, offers = documents(), offer_rows(turns)
        with self.lock:
            self.engine.load(products, offers, upto=number)
            self._tell_time(turns.day)
            self.words_changed = max(self.words_changed, number)
            # What requests took up while all was read is lost with the old columns, and taken up again.
            self.followed = self.seen = number
            for forget in self.forget:
                forget(None)

    def _tell_time(self, day: date) -> None:
        self.shelves = tuple(shelves())
        self.turns = turns_on(day)

    def _put(self, news: News, number: int) -> None:
        if news.told_anew:
            self.engine.remove_documents(news.gone)
            self.engine.put_documents(news.documents)
            self.words_changed = max(self.words_changed, number)
        if news.products:
            self.engine.replace_offers(news.products, news.offers)
        for forget in self.forget:
            forget(set(news.products))

    @property
    def words_behind(self) -> bool:
        """Whether the words on disk may lack something, as far as this process knows."""
        return self.words_written < self.words_changed

    def words_lost(self) -> None:
        """The index could not be read for this page: whoever answers next builds it anew."""
        g.search_was_behind = True
        self.spoilt = self.engine.text_identity
        self.words_written = -1

    def look_after_words(self) -> None:
        """For the periodic work: follow all changes and words, and make an index anew that was harmed on disk.

        Searches go on from memory meanwhile, but the next process to start would have nothing to read.
        """
        self.follow()
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
        ids = words_changed_since(cursor, number)
        if ids is None:
            return self.rebuild()
        return self.engine.apply_text(documents(ids), ids, upto=number)

    def _generation_now(self) -> int:
        """With fresh eyes: what was read in this session's transaction may be older than the index."""
        db.session.rollback()
        return generation()

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
        ids = words_changed_since(cursor, number)
        return (documents(), set(), number) if ids is None else (documents(ids), ids, number)

    def check(self) -> tuple[Difference, set[int]]:
        """What differs between the index and the database, and which products still wait to be written."""
        cursor = self.engine.text_cursor()
        difference = self.engine.check(documents())
        return difference, words_changed_since(cursor, generation()) or set()


def init_app(app: Flask) -> None:
    app.extensions["finder"] = Finder(Path(app.instance_path) / "search")


def write_words_after(response: Response) -> Response:
    """Let search follow once this answer has gone out, where it is behind: then it is not kept, either."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    finder = current_finder()

    def write() -> None:
        with app.app_context():
            finder.follow()
            if finder.words_behind:
                finder.write_words()

    if "search_was_behind" in g:
        do_not_keep()
    if "search_was_behind" in g or finder.words_behind:
        response.call_on_close(write)
    return response


def current_finder() -> Finder:
    """The search engine of this process."""
    finder: Finder = current_app.extensions["finder"]
    return finder
