"""What happens to orders once they are placed: one function a verb, each checked against the table in `rules`."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from flask_babel import gettext as _

from ..catalog.actions import return_units, take_units
from ..catalog.errors import OutOfStock
from ..config import current_settings
from ..core.database import db
from ..core.money import Money
from ..sellers.actions import Outcome, record_outcomes
from . import labels, letters, queries
from .dates import local_day
from .errors import OrderRefused
from .log import record
from .models import OrderLine, Parcel, ShopOrder
from .placing import Customer, ParcelWish, place_order
from .promises import promise
from .rules import (
    AGAIN,
    CANCELLED,
    GONE,
    PROGRESS,
    SYSTEM,
    TOO_MUCH,
    given_up_on_return,
    target,
    what_money_did,
)

__all__ = ["Customer", "ParcelWish", "place_order"]

# A web address as it may stand in a page; carriers' are plain.
_LINK = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+")

# One run of the periodic work gives back at most so many orders' units, so that it never holds the database for long.
_EXPIRED_AT_ONCE = 50

# What the log says when money is to be paid back.
_TO_PAY_BACK = {
    TOO_MUCH: "paid more than was owed: the difference is to be paid back",
    AGAIN: "paid twice: the difference is to be paid back",
    GONE: "paid too late, units gone: to be paid back",
    CANCELLED: "paid after it was cancelled: to be paid back",
}


def _move(parcel: Parcel, verb: str, *, by: str, now: datetime, note: str = "") -> None:
    """Do `verb` to a parcel, or raise `OrderRefused`. The order must be locked."""
    order, before = parcel.order, parcel.status
    after = target(verb, before, by, parcel.paying)
    if after is None:
        raise OrderRefused(labels.refusal(verb, before))
    parcel.status = after
    record(order, verb=verb, by=by, now=now, parcel=parcel, states=(before, after), note=note)


def _may(parcel: Parcel, verb: str, by: str) -> bool:
    return target(verb, parcel.status, by, parcel.paying) is not None


def mark_paid(*, order_id: int, amount: Money, by: str, now: datetime, reference: str | None = None) -> str:
    """Money came in; returns what it did (`rules.what_money_did`). Told again (same `reference`, or none for a paid
    order), it changes nothing and returns "".

    Raises `OrderRefused` when it is less than what is owed, or to be paid at the counter. Money for an order that ran
    out takes its units again if they are still there; what isn't needed waits to be paid back. The log says so.
    """
    order = queries.locked(order_id)
    if order.paying.at_counter:
        raise OrderRefused(_("This order is paid at the counter: it counts as paid when it is picked up."))
    if order.paying.money_came and _known(order, reference):
        return ""
    if amount.minor <= 0 or amount < order.owed:
        raise OrderRefused(_("That is less than what the order comes to. It stays unpaid."))
    is_first = order.paid_at is None
    order.paid_minor += amount.minor
    record(order, verb="pay", by=by, now=now, note=reference or "")
    if is_first:
        order.paid_at, order.payment_reference = now, reference
        _start(order, by=by, now=now)
    did = what_money_did(
        is_first=is_first,
        goes_on=any(parcel.status in PROGRESS for parcel in order.parcels),
        ran_out=any(_ran_out(parcel) for parcel in order.parcels),
        left_over=order.balance.minor,
    )
    if did in _TO_PAY_BACK:
        record(order, verb="note", by=SYSTEM, now=now, note=_TO_PAY_BACK[did])
    letters.money_came(order, did, now=now)
    db.session.flush()
    return did


def _known(order: ShopOrder, reference: str | None) -> bool:
    return not reference or any(event.verb == "pay" and event.note == reference for event in order.events)


def _start(order: ShopOrder, *, by: str, now: datetime) -> None:
    for parcel in order.parcels:
        if parcel.status == "placed":
            _move(parcel, "pay", by=by, now=now)
    _revive(order, now)
    if order.state == "paid":
        promise(order, now)


def _revive(order: ShopOrder, now: datetime) -> None:
    """Take the units of parcels that had run out again, if all of them are still there."""
    lost = [parcel for parcel in order.parcels if _ran_out(parcel)]
    if not lost:
        return
    try:
        with db.session.begin_nested():
            take_units(_units(lost))
    except OutOfStock:
        return
    for parcel in lost:
        _move(parcel, "revive", by=SYSTEM, now=now)
        parcel.given_up_minor = 0


def _ran_out(parcel: Parcel) -> bool:
    if parcel.status != "cancelled":
        return False
    return [e.actor for e in parcel.order.events if e.parcel_id == parcel.id and e.verb == "cancel"][-1:] == [
        SYSTEM
    ]


def _units(parcels: Iterable[Parcel]) -> dict[int, int]:
    units: dict[int, int] = {}
    for line in (line for parcel in parcels for line in parcel.lines):
        if line.offer_id is not None:
            units[line.offer_id] = units.get(line.offer_id, 0) + line.quantity
    return units


def accept(*, parcel_id: int, by: str, now: datetime) -> None:
    """The seller has seen it and will send it. Raises `OrderRefused`."""
    _move(queries.locked_parcel(parcel_id), "accept", by=by, now=now)


def ship(*, parcel_id: int, by: str, now: datetime, tracking_url: str = "") -> None:
    """On its way, or waiting at the counter. Raises `OrderRefused`, also for a tracking address that isn't a link."""
    parcel = queries.locked_parcel(parcel_id)
    if tracking_url and not (_LINK.fullmatch(tracking_url) and len(tracking_url) <= 500):
        raise OrderRefused(_("A tracking address begins with https:// and has at most 500 characters."))
    _move(parcel, "ship", by=by, now=now, note=tracking_url)
    parcel.tracking_url, parcel.shipped_at = tracking_url, now
    letters.parcel_shipped(parcel, now=now)


def deliver(*, parcel_id: int, by: str, now: datetime) -> None:
    """It arrived, or was picked up; what is paid at the counter is paid now. Raises `OrderRefused`."""
    parcel = queries.locked_parcel(parcel_id)
    _move(parcel, "deliver", by=by, now=now)
    if parcel.order.paying.at_counter:
        _pay_at_counter(parcel, by=by, now=now)
    parcel.delivered_at = now
    zone = current_settings().shop.time_zone
    sent = local_day(parcel.shipped_at or now, zone)
    is_late = parcel.send_by is not None and sent > parcel.send_by
    _tell_outcome(parcel.lines, "late" if is_late else "good", now)


def _pay_at_counter(parcel: Parcel, *, by: str, now: datetime) -> None:
    """Each seller takes the money for its own parcel."""
    order, due = parcel.order, Money(parcel.due_minor, parcel.order.currency)
    order.paid_minor += due.minor
    order.paid_at = order.paid_at or now
    record(
        order, verb="pay", by=by, now=now, parcel=parcel, note=f"{due.amount} {due.currency} at the counter"
    )


def _tell_outcome(lines: Sequence[OrderLine], outcome: str, now: datetime) -> None:
    today = local_day(now, current_settings().shop.time_zone)
    record_outcomes(
        [Outcome(line.parcel.seller_id, f"order-line-{line.id}", today, outcome) for line in lines], now=now
    )


def cancel(*, order_id: int, by: str, now: datetime, parcel_id: int | None = None, note: str = "") -> None:
    """Cancel a parcel, or all that still can be; units go back into stock. Raises `OrderRefused` when none can."""
    order = queries.locked(order_id)
    parcels = cancel_parcels(order, by=by, now=now, parcel_id=parcel_id, note=note)
    letters.parcels_cancelled(order, parcels, by=by, now=now)


def cancel_parcels(
    order: ShopOrder, *, by: str, now: datetime, parcel_id: int | None = None, note: str = ""
) -> list[Parcel]:
    """`cancel` within another verb, which tells the customer itself; the order must be locked."""
    wanted = [parcel for parcel in order.parcels if parcel_id in (None, parcel.id)]
    parcels = [parcel for parcel in wanted if _may(parcel, "cancel", by)]
    if not parcels:
        raise OrderRefused(labels.refusal("cancel", wanted[0].status if wanted else order.state))
    for parcel in parcels:
        _move(parcel, "cancel", by=by, now=now, note=note)
        parcel.given_up_minor = parcel.goods_minor + parcel.shipping_minor
    return_units(_units(parcels))
    return parcels


def refuse(*, parcel_id: int, by: str, now: datetime, note: str = "") -> None:
    """The seller can't send it after all: its record says so, and the units, which aren't there, stay out of stock."""
    parcel = queries.locked_parcel(parcel_id)
    _move(parcel, "refuse", by=by, now=now, note=note)
    parcel.given_up_minor = parcel.goods_minor + parcel.shipping_minor
    _tell_outcome(parcel.lines, "cancelled", now)
    letters.parcels_cancelled(parcel.order, [parcel], by=by, now=now)


def expire_unpaid(*, now: datetime) -> int:
    """Cancel what was not paid (or not picked up) in time, and give its units back; returns how many orders."""
    ids = queries.overdue(now, limit=_EXPIRED_AT_ONCE)
    expired = 0
    for order_id in ids:
        order = queries.locked(order_id)
        if not order.owed.minor or not any(_may(parcel, "cancel", SYSTEM) for parcel in order.parcels):
            continue
        cancel(order_id=order_id, by=SYSTEM, now=now, note="not paid in time")
        expired += 1
    return expired


def return_lines(*, parcel_id: int, line_ids: Iterable[int], reason: str, by: str, now: datetime) -> None:
    """Devices came back: `reason` is `withdrawn`, `defect` or `wrong_grade`. Raises `OrderRefused`.

    They go through the workshop before they are sold again, so stock doesn't move.
    """
    parcel = queries.locked_parcel(parcel_id)
    if not _may(parcel, "return", by):
        raise OrderRefused(labels.refusal("return", parcel.status))
    wanted = set(line_ids)
    lines = [line for line in parcel.lines if line.id in wanted and line.returned_at is None]
    if not lines:
        raise OrderRefused(_("Nothing of this parcel is left to return."))
    for line in lines:
        line.returned_at, line.return_reason = now, reason
    everything = all(line.returned_at for line in parcel.lines)
    goods = sum(line.price_minor * line.quantity for line in lines)
    parcel.given_up_minor += given_up_on_return(
        goods, parcel.shipping_minor, parcel.standard_shipping_minor, everything=everything
    )
    if everything:
        _move(parcel, "return", by=by, now=now, note=reason)
    else:
        titles = ", ".join(line.title for line in lines)
        record(parcel.order, verb="return", by=by, now=now, parcel=parcel, note=f"{reason}: {titles}")
    if reason != "withdrawn":
        _tell_outcome(lines, reason, now)


def refund(*, order_id: int, by: str, now: datetime, note: str = "") -> Money:
    """What is due was paid back; returns how much that is. Raises `OrderRefused` when nothing is due."""
    order = queries.locked(order_id)
    due = order.balance
    if due.minor <= 0:
        raise OrderRefused(_("Nothing is due to be paid back on this order."))
    for parcel in order.parcels:
        if _may(parcel, "refund", by):
            _move(parcel, "refund", by=by, now=now)
    order.refunded_minor += due.minor
    record(order, verb="refund", by=by, now=now, note=note or f"{due.amount} {due.currency}")
    letters.refunded(order, due, now=now)
    return due
