"""Words that people search for and find nothing by: what a reseller might want to buy. Nobody's data.

A page without results is kept and given out again without asking anybody, so that one and the same search counts once
for each process and state of the catalogue. It is noted in memory, which costs nothing, and written by the periodic
work, together with all others of a minute. What could name a person or a single device is left out, and nobody can
fill the table: each connection is heard a few times an hour, each process a few times a minute, each day has so many
different words.
"""

import re
import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from flask import Flask, current_app
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from ..core.database import db
from .forms import clean
from .models import LONGEST_WORDS, FruitlessSearch

# How many searches without results are heard: of one connection in an hour, by one process in a minute.
HEARD_OF_ONE, HEARD_OF_ALL = 20, 30
WORDS_A_DAY = 1_000
KEPT = timedelta(days=90)
# A mail address, or digits enough for a telephone, an order or a serial number.
_SOMEBODYS = re.compile(r"@|(\d[\s./-]*){7}")


class Fruitless:
    """What this process heard and has not written yet. One for each process; `current_fruitless()` gives it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.heard: Counter[tuple[date, str]] = Counter()
        self.hour = self.minute = datetime.min.replace(tzinfo=UTC)
        self.of_one: Counter[str] = Counter()
        self.of_all = 0

    def note(self, text: str, *, connection: str, now: datetime) -> None:
        """Hear a search that found nothing, unless there were too many. `connection` is forgotten within the hour."""
        words = clean(text).casefold()[:LONGEST_WORDS].rstrip()
        if not words or _SOMEBODYS.search(words):
            return
        with self.lock:
            self._turn(now)
            if self.of_all >= HEARD_OF_ALL or self.of_one[connection] >= HEARD_OF_ONE:
                return
            self.of_all += 1
            self.of_one[connection] += 1
            self.heard[now.date(), words] += 1

    def _turn(self, now: datetime) -> None:
        """Begin to count anew with each minute and hour."""
        hour, minute = (now.replace(minute=m, second=0, microsecond=0) for m in (0, now.minute))
        if hour != self.hour:
            self.hour = hour
            self.of_one.clear()
        if minute != self.minute:
            self.minute, self.of_all = minute, 0

    def taken(self) -> Counter[tuple[date, str]]:
        """What was heard since the last time."""
        with self.lock:
            heard, self.heard = self.heard, Counter()
        return heard


def write_down(heard: Counter[tuple[date, str]]) -> None:
    """Add to the counts of the days, within the caller's transaction; three statements for each day."""
    for day in sorted({day for day, _words in heard}):
        counts = {words: count for (on, words), count in heard.items() if on == day}
        of_day = select(FruitlessSearch.words).where(FruitlessSearch.day == day)
        known = set(db.session.scalars(of_day.where(FruitlessSearch.words.in_(list(counts)))))
        there = db.session.scalar(select(func.count()).select_from(of_day.subquery())) or 0
        new = [words for words in counts if words not in known][: max(0, WORDS_A_DAY - there)]
        rows = [{"day": day, "words": words, "count": counts[words]} for words in sorted([*known, *new])]
        if rows:
            insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
            statement = insert(FruitlessSearch).values(rows)
            db.session.execute(
                statement.on_conflict_do_update(
                    index_elements=[FruitlessSearch.day, FruitlessSearch.words],
                    set_={"count": FruitlessSearch.count + statement.excluded.count},
                )
            )


def forget_old(*, today: date) -> None:
    """Drop what is older than a season."""
    db.session.execute(delete(FruitlessSearch).where(FruitlessSearch.day < today - KEPT))


def init_app(app: Flask) -> None:
    app.extensions["fruitless"] = Fruitless()


def current_fruitless() -> Fruitless:
    fruitless: Fruitless = current_app.extensions["fruitless"]
    return fruitless
