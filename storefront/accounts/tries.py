"""Wrong tries slow down the next ones, by account and not only by connection: guessers have many connections.

What a hundred wrong tries from a hundred connections do: five are taken at once, the next ones after 2, 4, 8 ...
seconds, and from the fifteenth on one in fifteen minutes, so that guessing one account's password is about 110 tries a
day, whoever shares the work. A try that comes too early is not looked at and doesn't count. Its owner is not shut out:
a browser that signed in to this account before has a count of its own, and a new password by mail makes any browser
such a one. Counting doesn't ask whether there is such an account.
"""

import hmac
from datetime import datetime

from flask import current_app
from flask_babel import ngettext
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from ..core.database import db
from .errors import TooManyTries
from .models import WrongTries
from .rules import TRIES_KEPT, wait_after


def keyed(*parts: str) -> str:
    """A hash with the shop's own key: whoever steals the table can't tell whose it is, nor try out what made it."""
    secret = current_app.secret_key or ""
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, "\0".join(parts).encode(), "sha256").hexdigest()


def begin(who: str, *, now: datetime) -> None:
    """Count a try before it is looked at, so that many at once are counted; `forget` takes it back if it was right.

    Raises `TooManyTries` when it comes too early.
    """
    row = _row(who, now)
    if row.last_at < now - TRIES_KEPT:
        row.count = 0
    if now < row.next_at:
        raise TooManyTries(_sentence(row.next_at, now), row.next_at - now)
    row.count += 1
    row.last_at = now
    row.next_at = now + wait_after(row.count)
    db.session.flush()


def forget(who: str) -> None:
    """The try was right: what was counted before is nobody's guessing."""
    db.session.execute(delete(WrongTries).where(WrongTries.who == who))


def take_back(who: str, *, now: datetime) -> None:
    """The try was not looked at after all."""
    row = _row(who, now)
    row.count = max(0, row.count - 1)
    # Not simply now: another try may have been wrong meanwhile.
    row.next_at = min(row.next_at, now + wait_after(row.count))
    db.session.flush()


def purge(*, now: datetime) -> None:
    """Delete what was so long ago that it doesn't count any more."""
    db.session.execute(delete(WrongTries).where(WrongTries.last_at < now - TRIES_KEPT))


def _row(who: str, now: datetime) -> WrongTries:
    """The count of `who`, locked; of two first tries at once, one makes it and the other waits."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    first = insert(WrongTries).values(who=who, count=0, last_at=now, next_at=now)
    db.session.execute(first.on_conflict_do_nothing(index_elements=[WrongTries.who]))
    return db.session.scalars(select(WrongTries).where(WrongTries.who == who).with_for_update()).one()


def _sentence(until: datetime, now: datetime) -> str:
    seconds = max(1, round((until - now).total_seconds()))
    if seconds < 60:
        return ngettext(
            "Too many wrong tries. The next one is taken in %(num)d second.",
            "Too many wrong tries. The next one is taken in %(num)d seconds.",
            seconds,
        )
    minutes = -(-seconds // 60)
    return ngettext(
        "Too many wrong tries. The next one is taken in %(num)d minute.",
        "Too many wrong tries. The next one is taken in %(num)d minutes.",
        minutes,
    )
