"""What happens to quotes by itself: a firm is reminded, units go back when their time is over, names are forgotten.

Each quote has a transaction of its own: an offer's lock is never held while waiting for another quote's. Each looks
again under the row's lock, so that two runs at once, or a run beside a person, do everything once.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, update

from ...core.database import db, transaction
from ...core.mail import OutgoingMail
from ..wishes.rules import FIRM_FIELDS
from . import letters, queries
from .actions import expire, remind
from .models import Quote, QuoteMessage, QuoteVersion, QuoteWish
from .rules import ENDED, ORDERED

# One run takes so many at most: it has its turn among the other tasks.
AT_ONCE = 50


def tick(*, now: datetime) -> tuple[int, int]:
    """Let quotes expire, and remind; returns how many of each. Not to be called within a transaction."""
    expired = sum(_alone(expire, quote_id, now) for quote_id in _due("expires_at", now))
    reminded = sum(_alone(remind, quote_id, now) for quote_id in _due("remind_at", now))
    return expired, reminded


def purge(*, now: datetime) -> int:
    """Blank who asked in quotes that ended without an order long enough ago; returns how many. Not to be called within
    a transaction.
    """
    return sum(_alone(blank, quote_id, now) for quote_id in _due("blank_at", now))


def _due(column: str, now: datetime) -> list[int]:
    found = queries.due(column, now, limit=AT_ONCE)
    db.session.rollback()
    return found


def _alone(verb: Callable[..., bool], quote_id: int, now: datetime) -> bool:
    with transaction():
        return verb(quote_id=quote_id, now=now)


def blank(*, quote_id: int, now: datetime) -> bool:
    """Who asked, what they wrote, and the link are gone; what was asked for, prices and times stay for the figures."""
    quote = queries.locked(quote_id)
    if quote.blank_at is None or quote.blank_at > now:
        return False
    reason = letters.reason_of(quote)
    for name in (*FIRM_FIELDS, "purchase_order", "mailbox_key", "register_key", "accepted_name", "nonce"):
        setattr(quote, name, "")
    quote.link_hash = quote.person_id = quote.blank_at = None
    # The form's key, too, leads back to it.
    quote.idempotency_key = f"blanked-{quote.id}"
    quote.blanked_at = now
    db.session.flush()
    versions = db.session.query(QuoteVersion.id).filter(QuoteVersion.quote_id == quote.id)
    for statement in (
        update(QuoteVersion)
        .where(QuoteVersion.quote_id == quote.id)
        .values(note="", terms="", person_id=None),
        update(QuoteWish).where(QuoteWish.version_id.in_(versions)).values(text=""),
        update(QuoteMessage).where(QuoteMessage.quote_id == quote.id).values(text="", person_id=None),
        delete(OutgoingMail).where(OutgoingMail.reason.startswith(reason, autoescape=True)),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
    return True


def forget_person(*, person_id: int, now: datetime) -> None:
    """An account is closed: what ended without an order is blanked at once, the rest is in nobody's account."""
    ended = [state for state in ENDED if state != ORDERED]
    mine = (Quote.person_id == person_id, Quote.state.in_(ended), Quote.blanked_at.is_(None))
    ids = [row.id for row in db.session.query(Quote.id).filter(*mine).order_by(Quote.id)]
    for quote_id in ids:
        db.session.execute(update(Quote).where(Quote.id == quote_id).values(blank_at=now))
        blank(quote_id=quote_id, now=now)
    db.session.execute(update(Quote).where(Quote.person_id == person_id).values(person_id=None))
