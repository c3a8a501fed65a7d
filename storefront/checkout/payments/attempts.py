"""The attempts to pay orders at a provider: opened before the provider is asked, settled by what it says later.

Every function here runs within the caller's transaction and calls nobody.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update

from ...config import current_settings
from ...core.database import db
from ...core.money import Money
from ...orders import queries as orders
from ...orders.actions import mark_paid
from ...orders.errors import OrderRefused
from ...orders.log import record
from ...orders.rules import SYSTEM, WRONG_AMOUNT
from ..models import PaymentAttempt

log = logging.getLogger(__name__)

# The units are kept a little longer than the payment page lives: a payment in its last second still counts.
GRACE = timedelta(minutes=10)
# Paying again makes a new page, and keeps the units longer; not for ever.
LONGEST_WAIT = timedelta(hours=24)
# Stripe wants a page to end between 30 minutes and 24 hours after it is asked: here less the time to ask.
_SHORTEST, _LONGEST = timedelta(minutes=31), timedelta(hours=23, minutes=59)
# A page that ends sooner than this isn't worth going to.
_WORTH_IT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ProviderSession:
    """What the provider says of one payment page, in our words. `attempt_id` is what we told it when it was made."""

    id: str
    attempt_id: int | None
    paid: bool
    expired: bool
    amount: Money
    payment: str


def opened(order_id: int, *, now: datetime) -> PaymentAttempt:
    """The open attempt for what is owed on an order, or a new one. Raises `OrderRefused` when nothing is to be paid."""
    order = orders.locked(order_id)
    owed = -order.balance.minor
    if order.state != "placed" or owed <= 0:
        raise OrderRefused(_("There is nothing to pay on this order."))
    usable = [
        attempt
        for attempt in _open_attempts(order_id)
        if attempt.amount_minor == owed and attempt.expires_at > now + _WORTH_IT
    ]
    if usable:
        return usable[-1]
    if now > order.placed_at + LONGEST_WAIT:
        raise OrderRefused(_("The time to pay this order is over. You can order again."))
    expires_at = now + min(
        max(timedelta(minutes=current_settings().payment.stripe_minutes), _SHORTEST), _LONGEST
    )
    attempt = PaymentAttempt(
        order_id=order_id,
        amount_minor=owed,
        currency=order.currency,
        created_at=now,
        expires_at=expires_at,
        outcome="",
    )
    order.pay_by = max(order.pay_by, expires_at + GRACE)
    db.session.add(attempt)
    db.session.flush()
    return attempt


def _open_attempts(order_id: int) -> list[PaymentAttempt]:
    statement = select(PaymentAttempt).where(
        PaymentAttempt.order_id == order_id, PaymentAttempt.outcome == ""
    )
    return list(db.session.scalars(statement.order_by(PaymentAttempt.id)))


def note_page(attempt_id: int, session_id: str, url: str) -> None:
    """Keep where the provider's page for this attempt is."""
    noted = (
        update(PaymentAttempt).where(PaymentAttempt.id == attempt_id).values(session_id=session_id, url=url)
    )
    db.session.execute(noted)


def give_up(attempt_id: int) -> None:
    """The provider never made a page for this attempt, and won't."""
    given_up = update(PaymentAttempt).where(PaymentAttempt.id == attempt_id).values(outcome="expired")
    db.session.execute(given_up)


def settle(session: ProviderSession, *, now: datetime) -> None:
    """Take over what the provider says; told again, or in another order, it comes to the same."""
    attempt = _attempt_of(session)
    if attempt is None:
        log.warning("a payment page that isn't ours: %s", session.id)
        return
    order = orders.locked(attempt.order_id)
    db.session.refresh(attempt)
    if attempt.outcome in ("paid", "wrong"):
        return
    attempt.session_id = attempt.session_id or session.id
    if not session.paid:
        attempt.outcome = "expired" if session.expired else attempt.outcome
        return
    if session.amount != Money(attempt.amount_minor, attempt.currency):
        attempt.outcome = "wrong"
        paid = session.amount
        # In its own currency, which may be another than the order's.
        told = f"{session.id}: {paid.amount} {paid.currency}"
        record(order, verb="note", by=SYSTEM, now=now, code=WRONG_AMOUNT, note=told)
        log.error("order %s, %s: not what was asked", order.number, told)
        return
    attempt.outcome = "paid"
    mark_paid(
        order_id=order.id, amount=session.amount, by=SYSTEM, now=now, reference=session.payment or session.id
    )


def _attempt_of(session: ProviderSession) -> PaymentAttempt | None:
    by_session = select(PaymentAttempt).where(PaymentAttempt.session_id == session.id)
    attempt = db.session.scalars(by_session).one_or_none()
    if attempt is None and session.attempt_id is not None:
        # The provider made the page, and its answer was lost on the way to us.
        attempt = db.session.get(PaymentAttempt, session.attempt_id)
    if attempt is not None and attempt.session_id not in (None, session.id):
        return None
    return attempt


def to_look_after(*, now: datetime, limit: int) -> list[PaymentAttempt]:
    """Open attempts that have been so for a while, the oldest first."""
    statement = (
        select(PaymentAttempt)
        .where(PaymentAttempt.outcome == "", PaymentAttempt.created_at < now - timedelta(minutes=2))
        .order_by(PaymentAttempt.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def look_at(attempt_id: int, *, now: datetime, has_page: bool) -> tuple[bool, bool]:
    """Whether the order of an attempt still waits for this very money, and whether the attempt is over.

    One that never got a page ends with its time: nobody was sent anywhere.
    """
    attempt = db.session.get_one(PaymentAttempt, attempt_id)
    order = orders.locked(attempt.order_id)
    if not has_page and attempt.expires_at < now:
        attempt.outcome = "expired"
    awaited = order.state == "placed" and -order.balance.minor == attempt.amount_minor
    return awaited, attempt.outcome != ""
