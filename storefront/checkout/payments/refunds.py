"""Money that goes back the way it came: what the orders room wants refunded, sent to the provider after the commit.

A row of `refund` is claimed, the provider is asked outside any transaction with a key made of the row's id, and its
answer is noted. Killed anywhere between, the next run asks again: it looks through the provider's own list first, and
the key, which Stripe keeps for a day, would give the same refund.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update

from ...core.clock import utcnow
from ...core.database import db, transaction
from ...core.money import Money
from ...orders import refunding
from ...orders.documents import Refund
from ...orders.models import ShopOrder
from ..models import PaymentAttempt
from . import stripe_api

log = logging.getLogger(__name__)

# A process that claimed a refund and died leaves it to the next one after this long.
_CLAIM = timedelta(minutes=5)
# Waiting times after each failure to reach the provider, in minutes; the last one for ever after.
_RETRY_MINUTES = (1, 5, 15, 60, 240, 720, 1440)
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A refund to send now, against the payment of one session."""

    id: int
    order_number: str
    session_id: str
    amount: Money
    was_asked: bool


def send_refunds() -> int:
    """Send what is wanted; returns how many the provider was asked for. Not to be called within a transaction."""
    asked = 0
    while asked < _AT_ONCE and _anything_waits(utcnow()):
        claimed = _claim(utcnow())
        if claimed is not None:
            _send(claimed)
            asked += 1
    return asked


def _anything_waits(now: datetime) -> bool:
    """Looked at without the lock that a claim takes: mostly, nothing does."""
    waits = db.session.scalar(_waiting(now)) is not None
    db.session.rollback()
    return waits


def _waiting(now: datetime) -> Select[int]:
    due = select(Refund.id).where(Refund.state == "wanted", Refund.next_try_at <= now)
    return due.order_by(Refund.id).limit(1)


def _claim(now: datetime) -> _Claimed | None:
    """Take the next refund for this process, and decide once for all which payment it goes back to."""
    with transaction():
        number = db.session.scalar(_waiting(now).with_for_update(skip_locked=True))
        if number is None:
            return None
        refund = db.session.get_one(Refund, number)
        order = db.session.get_one(ShopOrder, refund.order_id)
        if not refund.payment_reference and not _allocated(refund, now):
            error = "no payment at the provider is left to pay this back from"
            refunding.refund_failed(refund_id=refund.id, error=error, now=now)
            return None
        refund.tries, refund.next_try_at = refund.tries + 1, now + _CLAIM
        return _Claimed(
            refund.id,
            order.number,
            refund.payment_reference,
            Money(refund.amount_minor, order.currency),
            was_asked=refund.tries > 1,
        )


def _allocated(refund: Refund, now: datetime) -> bool:
    """Choose the payment with the most left of it; what it can't bear becomes a refund of its own."""
    left = _left_by_session(refund.order_id)
    session_id = max(left, key=lambda name: left[name], default="")
    if not session_id or left[session_id] <= 0:
        return False
    rest = refund.amount_minor - left[session_id]
    if rest > 0:
        refund.amount_minor -= rest
        db.session.add(
            Refund(
                order_id=refund.order_id,
                amount_minor=rest,
                state="wanted",
                wanted_at=refund.wanted_at,
                next_try_at=now,
            )
        )
    refund.payment_reference = session_id
    return True


def _left_by_session(order_id: int) -> dict[str, int]:
    """What of each payment of an order, by its session, was not paid back yet; minor units."""
    paid = db.session.execute(
        select(PaymentAttempt.session_id, PaymentAttempt.amount_minor).where(
            PaymentAttempt.order_id == order_id, PaymentAttempt.outcome == "paid"
        )
    )
    left = {session_id: minor for session_id, minor in paid if session_id}
    back = db.session.execute(
        select(Refund.payment_reference, func.sum(Refund.amount_minor))
        .where(Refund.order_id == order_id, Refund.state != "failed", Refund.payment_reference != "")
        .group_by(Refund.payment_reference)
    )
    for session_id, minor in back:
        left[session_id] = left.get(session_id, 0) - int(minor)
    return left


def _send(claimed: _Claimed) -> None:
    try:
        reference = stripe_api.refund(
            claimed.session_id,
            claimed.amount,
            row=claimed.id,
            order_number=claimed.order_number,
            was_asked=claimed.was_asked,
        )
    except stripe_api.PaymentUnavailable as error:
        _try_later(claimed.id, str(error))
        return
    except stripe_api.NotTaken as error:
        log.error("order %s: refund %s refused: %s", claimed.order_number, claimed.id, error)
        with transaction():
            refunding.refund_failed(refund_id=claimed.id, error=str(error), now=utcnow())
        return
    with transaction():
        refunding.refund_sent(refund_id=claimed.id, reference=reference, now=utcnow())


def heed(told: stripe_api.ProviderRefund, *, now: datetime) -> None:
    """Take over that a refund failed after the provider had taken it on: days later, the customer's bank may say no."""
    if not told.failure:
        return
    # Several shops may share an account at the provider.
    found = db.session.scalar(
        select(Refund.id)
        .join(ShopOrder, ShopOrder.id == Refund.order_id)
        .where(
            Refund.id == told.refund_id,
            Refund.provider_reference.in_(("", told.id)),
            ShopOrder.number == told.order_number,
        )
    )
    if found is None:
        log.warning("a refund that isn't ours failed: %s", told.failure)
        return
    log.error("order %s: refund %s came back: %s", told.order_number, found, told.failure)
    refunding.refund_failed(refund_id=found, error=told.failure, now=now)


def _try_later(refund_id: int, error: str) -> None:
    with transaction():
        refund = db.session.get_one(Refund, refund_id)
        wait = _RETRY_MINUTES[min(refund.tries, len(_RETRY_MINUTES)) - 1]
        later = update(Refund).where(Refund.id == refund_id, Refund.state == "wanted")
        db.session.execute(
            later.values(
                last_error=error[:1000],
                next_try_at=utcnow() + timedelta(minutes=wait),
            )
        )
