"""Money that comes for an order, and what it sets going."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from ..catalog.actions import take_units
from ..catalog.errors import OutOfStock
from ..config import current_settings
from ..core.database import db
from ..core.money import Money
from ..sellers.errors import NoRoom
from . import letters, under_way
from .errors import OrderRefused
from .log import record
from .models import OrderEvent, Parcel, ShopOrder
from .moves import may, move, opened, settle
from .promises import promise
from .rules import (
    AGAIN,
    AT_COUNTER,
    CANCELLED,
    GONE,
    OPERATOR,
    PROGRESS,
    SYSTEM,
    TOO_MUCH,
    Who,
    is_undoable,
    what_money_did,
)

# What leaves money to be paid back: the log says so.
_TO_PAY_BACK = (TOO_MUCH, AGAIN, GONE, CANCELLED)


def mark_paid(
    *,
    order_id: int,
    amount: Money,
    by: Who,
    now: datetime,
    reference: str | None = None,
    seen: int | None = None,
) -> str:
    """Money came in; returns what it did (`rules.what_money_did`). Told again (same `reference`, or none for a paid
    order), it changes nothing and returns "".

    Raises `OrderRefused` when it is less than what is owed, to be paid at the counter, or another order's by its
    reference. Money for an order that ran out takes its units again if they are still there; what isn't needed waits
    to be paid back. The log says so.
    """
    order = opened(order_id, seen)
    if order.paying.at_counter:
        raise OrderRefused(_("This order is paid at the counter: it counts as paid when it is picked up."))
    if order.paying.money_came and _known(order, reference):
        return ""
    if amount.minor <= 0 or amount < order.owed:
        raise OrderRefused(_("That is less than what the order comes to. It stays unpaid."))
    is_first = order.paid_at is None
    if is_first:
        _claim(reference, order)
    order.paid_minor += amount.minor
    record(order, verb="pay", by=by, now=now, amount=amount, note=reference or "")
    if is_first:
        order.paid_at = now
        _start(order, by=by, now=now)
    did = what_money_did(
        is_first=is_first,
        goes_on=any(parcel.status in PROGRESS for parcel in order.parcels),
        ran_out=any(_ran_out(parcel) for parcel in order.parcels),
        left_over=order.balance.minor,
    )
    if did in _TO_PAY_BACK:
        record(order, verb="note", by=SYSTEM, now=now, code=did, amount=order.balance)
    letters.money_came(order, did, now=now)
    settle(order)
    return did


def _claim(reference: str | None, order: ShopOrder) -> None:
    """Note what the bank calls the payment: two orders at the same moment can't both be paid by the same one."""
    try:
        with db.session.begin_nested():
            order.payment_reference = reference
    except IntegrityError:
        raise OrderRefused(_("Another order was paid with this reference.")) from None


def _known(order: ShopOrder, reference: str | None) -> bool:
    return not reference or any(payment.note == reference for payment in payments_of(order))


def payments_of(order: ShopOrder) -> list[OrderEvent]:
    """The payments that count: those in its log that were not taken back since."""
    payments: list[OrderEvent] = []
    for event in order.events:
        if event.parcel_id is None and event.verb == "pay":
            payments.append(event)
        elif event.parcel_id is None and event.verb == "unpay":
            payments.clear()
    return payments


def may_unpay(order: ShopOrder) -> bool:
    """Whether the payments of an order may be taken back (`rules.is_undoable`)."""
    return is_undoable(
        noted_by=[payment.actor for payment in payments_of(order)],
        refunded=order.refunded_minor,
        was_sent=any(parcel.shipped_at for parcel in order.parcels),
    )


def take_back_payments(
    *, order_id: int, by: Who, now: datetime, note: str = "", seen: int | None = None
) -> None:
    """All that was noted as paid for an order was noted by mistake: it waits for its money again, units kept.

    Customer and sellers, who were told otherwise, are told; the customer has the usual days to pay. Raises
    `OrderRefused` for others than operators, and where `may_unpay` says no.
    """
    order = opened(order_id, seen)
    if Who(by.role) != OPERATOR:
        raise OrderRefused(_("Only the shop's operators take a payment back."))
    if not may_unpay(order):
        raise OrderRefused(
            _(
                "This payment can't be taken back: nobody noted it by hand, something was sent, or money went back."
            )
        )
    for parcel in order.parcels:
        if may(parcel, "unpay", by):
            move(parcel, "unpay", by=by, now=now)
            # On account it is sent before the money all the same.
            if not order.paying.on_account:
                letters.payment_awaited(parcel, now=now)
                parcel.send_by = parcel.arrives_from = parcel.arrives_until = None
    order.paid_minor, order.paid_at, order.payment_reference = 0, None, None
    order.pay_by = max(order.pay_by, now + timedelta(days=current_settings().payment.transfer_days))
    record(order, verb="unpay", by=by, now=now, note=note)
    settle(order)
    letters.payment_taken_back(order, now=now)


def _start(order: ShopOrder, *, by: Who, now: datetime) -> None:
    for parcel in order.parcels:
        if parcel.status == "placed":
            move(parcel, "pay", by=by, now=now)
    _revive(order, now)
    if order.state == "paid" and not order.paying.on_account:
        promise(order, now)
    for parcel in order.parcels:
        if parcel.status == "paid" and not order.paying.on_account:
            letters.to_accept(parcel, now=now)


def _revive(order: ShopOrder, now: datetime) -> None:
    """Take the units of parcels that had run out again, if all of them are still there, and their sellers have room."""
    lost = [parcel for parcel in order.parcels if _ran_out(parcel)]
    if not lost:
        return
    try:
        with db.session.begin_nested():
            full = under_way.begins(lost)
            take_units(units_of(lost))
    except (OutOfStock, NoRoom):
        return
    for parcel in lost:
        move(parcel, "revive", by=SYSTEM, now=now)
        parcel.given_up_minor = 0
        for line in parcel.lines:
            line.given_up_minor = 0
    under_way.show(full)


def _ran_out(parcel: Parcel) -> bool:
    if parcel.status != "cancelled":
        return False
    actors = [e.actor for e in parcel.order.events if e.parcel_id == parcel.id and e.verb == "cancel"]
    return actors[-1:] == [SYSTEM.role]


def units_of(parcels: Iterable[Parcel]) -> dict[int, int]:
    """How many of each offer, by its id, these parcels hold."""
    units: dict[int, int] = {}
    for line in (line for parcel in parcels for line in parcel.lines):
        if line.offer_id is not None:
            units[line.offer_id] = units.get(line.offer_id, 0) + line.quantity
    return units


def pay_at_counter(parcel: Parcel, *, by: Who, now: datetime) -> None:
    """Each seller takes the money for its own parcel when it hands it over; the order must be locked."""
    order, due = parcel.order, Money(parcel.due_minor, parcel.order.currency)
    order.paid_minor += due.minor
    order.paid_at = order.paid_at or now
    record(order, verb="pay", by=by, now=now, parcel=parcel, code=AT_COUNTER, amount=due)
