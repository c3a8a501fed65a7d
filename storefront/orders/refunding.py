"""Money that goes back: what a seller gives up of its price, and paying back what is due."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from ..core.database import db
from ..core.money import Money
from . import invoicing, labels, letters, queries
from .documents import Refund
from .errors import OrderRefused
from .log import record
from .models import Parcel, ShopOrder
from .moves import may, move, opened, opened_parcel, settle
from .rules import OPERATOR, PAID_AT_PROVIDER, REDUCIBLE, REFUND_FAILED, REFUND_SENT, SYSTEM, Who


def give_back(
    *,
    parcel_id: int,
    lines: Mapping[int, Money],
    delivery: Money,
    reason: str,
    by: Who,
    now: datetime,
    seen: int | None = None,
) -> Money:
    """Take something off a price that was paid: of lines, by id, and of the delivery; returns how much in all.

    It is due to be paid back then (`refund`); what was invoiced is credited. Raises `OrderRefused` for nothing, and for
    more than is still paid for a line or the delivery.
    """
    parcel = opened_parcel(parcel_id, seen)
    if parcel.status not in REDUCIBLE or not parcel.paying.money_came:
        raise OrderRefused(labels.refusal("reduce", parcel.status))
    wanted = {line.id: lines[line.id].minor for line in parcel.lines if line.id in lines}
    _check_amounts(parcel, wanted, delivery.minor, all_known=len(wanted) == len(lines))
    for line in parcel.lines:
        line.given_up_minor += wanted.get(line.id, 0)
    money = Money(sum(wanted.values()) + delivery.minor, parcel.order.currency)
    parcel.given_up_minor += money.minor
    record(parcel.order, verb="reduce", by=by, now=now, parcel=parcel, amount=money, note=reason)
    invoicing.credit(
        parcel, goods=wanted, delivery=delivery.minor, returned=frozenset(), reason=reason, now=now
    )
    settle(parcel.order)
    return money


def _check_amounts(parcel: Parcel, wanted: Mapping[int, int], delivery: int, *, all_known: bool) -> None:
    left = {line.id: line.left_minor for line in parcel.lines}
    delivery_left = parcel.shipping_minor - parcel.delivery_given_up_minor
    amounts = [*wanted.values(), delivery]
    if not all_known or min(amounts) < 0 or sum(amounts) == 0:
        raise OrderRefused(_("Please say how much is to be given back, and for what."))
    if delivery > delivery_left or any(amount > left[line_id] for line_id, amount in wanted.items()):
        raise OrderRefused(_("That is more than what is still paid for it."))
    if parcel.shipped_at is None and sum(wanted.values()) == sum(left.values()):
        raise OrderRefused(_("Nothing of it would be left to be paid: cancel it instead."))


def refund_part(
    *,
    parcel_id: int,
    lines: Mapping[int, Money],
    delivery: Money,
    reason: str,
    by: Who,
    now: datetime,
    seen: int | None = None,
) -> Money:
    """`give_back`, and pay that back at once; returns how much. Raises `OrderRefused`."""
    money = give_back(
        parcel_id=parcel_id, lines=lines, delivery=delivery, reason=reason, by=by, now=now, seen=seen
    )
    order = queries.locked_parcel(parcel_id).order
    _pay_back(order, money, _way_back(order), by=by, now=now, note=reason)
    return money


def refund(*, order_id: int, by: Who, now: datetime, note: str = "", seen: int | None = None) -> Money:
    """Pay back what is due: through the payment provider where the money came by it, else it counts as done by hand.

    Returns how much that is. Raises `OrderRefused` when nothing is due.
    """
    order = opened(order_id, seen)
    due = _due(order)
    _pay_back(order, due, _way_back(order), by=by, now=now, note=note)
    return due


def refund_by_hand(
    *, order_id: int, by: Who, now: datetime, note: str = "", seen: int | None = None
) -> Money:
    """What is due was paid back at the bank, or on the provider's own pages; returns how much. Raises
    `OrderRefused`.
    """
    order = opened(order_id, seen)
    due = _due(order)
    _pay_back(order, due, "done", by=by, now=now, note=note)
    return due


def _due(order: ShopOrder) -> Money:
    due = order.balance
    if due.minor <= 0:
        raise OrderRefused(_("Nothing is due to be paid back on this order."))
    return due


def _way_back(order: ShopOrder) -> str:
    return "wanted" if order.payment_method in PAID_AT_PROVIDER else "done"


def _pay_back(order: ShopOrder, money: Money, state: str, *, by: Who, now: datetime, note: str) -> None:
    if Who(by.role) not in (OPERATOR, SYSTEM):
        raise OrderRefused(_("Only the shop's operator pays money back."))
    wanted = state == "wanted"
    order.refunded_minor += money.minor
    order.refunds.append(
        Refund(
            amount_minor=money.minor,
            state=state,
            wanted_at=now,
            next_try_at=now if wanted else None,
            done_at=None if wanted else now,
        )
    )
    if order.balance.minor <= 0:
        for parcel in order.parcels:
            if may(parcel, "refund", by):
                move(parcel, "refund", by=by, now=now)
    record(order, verb="refund", by=by, now=now, amount=money, note=note)
    settle(order)
    if not wanted:
        letters.refunded(order, money, now=now)


def refund_sent(*, refund_id: int, reference: str, now: datetime) -> None:
    """The provider has taken a refund on: its customer is told."""
    refund, order = _locked_refund(refund_id)
    if refund.state != "wanted":
        return
    refund.state, refund.provider_reference = "done", reference
    refund.done_at, refund.next_try_at, refund.last_error = now, None, ""
    money = Money(refund.amount_minor, order.currency)
    record(order, verb="note", by=SYSTEM, now=now, code=REFUND_SENT, amount=money, note=reference)
    letters.refunded(order, money, now=now)
    settle(order)


def refund_failed(*, refund_id: int, error: str, now: datetime) -> None:
    """The provider won't do it, or the bank sent it back: the money is due again, and a person has to find another way.

    Who was told that it is paid back is told that it isn't.
    """
    refund, order = _locked_refund(refund_id)
    if refund.state == "failed":
        return
    was_done = refund.state == "done"
    refund.state, refund.next_try_at, refund.last_error = "failed", None, error[:1000]
    refund.done_at = None
    order.refunded_minor -= refund.amount_minor
    money = Money(refund.amount_minor, order.currency)
    if was_done:
        letters.refund_came_back(order, money, refund_id=refund.id, now=now)
    record(order, verb="note", by=SYSTEM, now=now, code=REFUND_FAILED, amount=money, note=error[:300])
    settle(order)


def _locked_refund(refund_id: int) -> tuple[Refund, ShopOrder]:
    refund = db.session.get_one(Refund, refund_id)
    order = queries.locked(refund.order_id)
    db.session.refresh(refund)
    return refund, order
