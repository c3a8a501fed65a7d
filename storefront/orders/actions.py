"""What happens to orders once they are placed: one function a verb, each checked against the table in `rules`.

`by` says who does it; `seen` is the order's or parcel's `version` on the page that a person decided on.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _

from ..catalog.actions import return_units
from ..config import current_settings
from ..core.clock import local_day, shop_day
from ..sellers.actions import Outcome, record_outcomes
from . import invoicing, labels, letters, queries, under_way, units
from .dates import end_of_day
from .errors import OrderRefused
from .log import record
from .models import OrderLine, Parcel, ShopOrder
from .moves import may, move, opened, opened_parcel, settle
from .paying import mark_paid, pay_at_counter, take_back_payments, units_of
from .placing import Business, Customer, ParcelWish, place_order
from .refunding import give_back, refund, refund_by_hand, refund_part
from .rules import SYSTEM, UNDER_WAY, UNPAID, Who, delivery_given_up_on_return, is_tracking_link
from .units import Serials, change_serials, extend_legal_guarantee

__all__ = [
    "Business",
    "Customer",
    "ParcelWish",
    "Who",
    "change_serials",
    "extend_legal_guarantee",
    "give_back",
    "mark_paid",
    "place_order",
    "refund",
    "refund_by_hand",
    "refund_part",
    "take_back_payments",
]

_NO_SERIALS: Serials = {}


def accept(*, parcel_id: int, by: Who, now: datetime, seen: int | None = None) -> None:
    """The seller has seen it and will send it. Raises `OrderRefused`."""
    move(opened_parcel(parcel_id, seen), "accept", by=by, now=now)


def ship(
    *,
    parcel_id: int,
    by: Who,
    now: datetime,
    tracking_url: str = "",
    serials: Serials = _NO_SERIALS,
    seen: int | None = None,
) -> None:
    """On its way, or waiting at the counter; what was paid, or is bought on account, is invoiced. Raises
    `OrderRefused`, also for a tracking address that isn't a link, and for a serial number that another device was sold
    with.
    """
    parcel = opened_parcel(parcel_id, seen)
    _check_link(tracking_url)
    units.note_serials(parcel, serials)
    move(parcel, "ship", by=by, now=now, note=tracking_url)
    parcel.tracking_url, parcel.shipped_at = tracking_url, now
    paying = parcel.paying
    number = invoicing.issue(parcel, now=now).number if paying.money_came or paying.on_account else ""
    if paying.on_account:
        _fall_due(parcel.order, now)
    letters.parcel_shipped(parcel, invoice=number, now=now)


def _fall_due(order: ShopOrder, now: datetime) -> None:
    """What was just sent is to be paid within the days that its firm was given."""
    zone = current_settings().shop.time_zone
    until = end_of_day(now + timedelta(days=order.invoice_days or 0), zone)
    order.pay_by = max(order.pay_by, until)
    order.due_on = local_day(until, zone)


def change_tracking(
    *, parcel_id: int, tracking_url: str, by: Who, now: datetime, seen: int | None = None
) -> None:
    """The carrier's link was wrong, or came later. Raises `OrderRefused` before it is sent and after it has come."""
    parcel = opened_parcel(parcel_id, seen)
    _check_link(tracking_url)
    if parcel.status != "shipped":
        raise OrderRefused(labels.refusal("track", parcel.status))
    parcel.tracking_url = tracking_url
    record(parcel.order, verb="track", by=by, now=now, parcel=parcel, note=tracking_url)
    letters.tracking_changed(parcel, now=now)


def _check_link(tracking_url: str) -> None:
    if tracking_url and not is_tracking_link(tracking_url):
        raise OrderRefused(_("A tracking address begins with https:// and has at most 500 characters."))


def deliver(*, parcel_id: int, by: Who, now: datetime, seen: int | None = None) -> None:
    """It arrived, or was picked up; what is paid at the counter is paid and invoiced now. Raises `OrderRefused`."""
    parcel = opened_parcel(parcel_id, seen)
    move(parcel, "deliver", by=by, now=now)
    freed = under_way.ends([parcel])
    at_counter = parcel.order.paying.at_counter
    if at_counter:
        pay_at_counter(parcel, by=by, now=now)
    parcel.delivered_at = now
    if at_counter:
        invoicing.issue(parcel, now=now)
    zone = current_settings().shop.time_zone
    sent = local_day(parcel.shipped_at or now, zone)
    is_late = parcel.send_by is not None and sent > parcel.send_by
    _tell_outcome(parcel.lines, "late" if is_late else "good", now)
    settle(parcel.order)
    under_way.show(freed)


def _tell_outcome(lines: Sequence[OrderLine], outcome: str, now: datetime) -> None:
    today = shop_day(now)
    record_outcomes(
        [Outcome(line.parcel.seller_id, f"order-line-{line.id}", today, outcome) for line in lines], now=now
    )


def cancel(
    *,
    order_id: int,
    by: Who,
    now: datetime,
    parcel_id: int | None = None,
    code: str = "",
    note: str = "",
    seen: int | None = None,
) -> None:
    """Cancel a parcel, or all that still can be; units go back into stock. Raises `OrderRefused` when none can.

    `note` is why, in the words of whoever does it; `code` where it is none of a person's doing (`labels.FACTS`).
    """
    order = opened(order_id, seen) if parcel_id is None else opened_parcel(parcel_id, seen).order
    parcels = cancel_parcels(order, by=by, now=now, parcel_id=parcel_id, code=code, note=note)
    letters.parcels_cancelled(order, parcels, by=by, now=now)


def cancel_parcels(
    order: ShopOrder,
    *,
    by: Who,
    now: datetime,
    parcel_id: int | None = None,
    code: str = "",
    note: str = "",
) -> list[Parcel]:
    """`cancel` within another verb, which tells the customer itself; the order must be locked."""
    wanted = [parcel for parcel in order.parcels if parcel_id in (None, parcel.id)]
    parcels = [parcel for parcel in wanted if may(parcel, "cancel", by)]
    if not parcels:
        raise OrderRefused(labels.refusal("cancel", wanted[0].status if wanted else order.state))
    for parcel in parcels:
        letters.sending_called_off(parcel, by=by, now=now)
        move(parcel, "cancel", by=by, now=now, code=code, note=note)
        _give_up_whole(parcel)
        units.come_back(parcel.lines, now=now)
    freed = under_way.ends(parcels)
    return_units(units_of(parcels))
    settle(order)
    under_way.show(freed)
    return parcels


def _give_up_whole(parcel: Parcel) -> None:
    parcel.given_up_minor = parcel.total_minor
    for line in parcel.lines:
        line.given_up_minor = line.price_minor * line.quantity


def refuse(*, parcel_id: int, by: Who, now: datetime, note: str = "", seen: int | None = None) -> None:
    """The seller can't send it after all: its record says so, and the units, which aren't there, stay out of stock."""
    parcel = opened_parcel(parcel_id, seen)
    move(parcel, "refuse", by=by, now=now, note=note)
    freed = under_way.ends([parcel])
    _give_up_whole(parcel)
    units.come_back(parcel.lines, now=now)
    settle(parcel.order)
    _tell_outcome(parcel.lines, "cancelled", now)
    letters.parcels_cancelled(parcel.order, [parcel], by=by, now=now)
    under_way.show(freed)


def expire(*, order_id: int, now: datetime) -> bool:
    """Cancel an order whose time to pay is over, and give its units back; False if it was paid or changed meanwhile."""
    order = queries.locked(order_id)
    if order.pay_by >= now or not order.owed.minor:
        return False
    if not any(may(parcel, "cancel", SYSTEM) for parcel in order.parcels):
        return False
    cancel(order_id=order_id, by=SYSTEM, now=now, code=UNPAID)
    return True


def return_lines(
    *,
    parcel_id: int,
    line_ids: Iterable[int],
    reason: str,
    by: Who,
    now: datetime,
    seen: int | None = None,
) -> None:
    """Devices came back: `reason` is `withdrawn`, `defect` or `wrong_grade`. Raises `OrderRefused`.

    They go through the workshop before they are sold again, so stock doesn't move. What was invoiced is credited.
    """
    parcel = opened_parcel(parcel_id, seen)
    if not may(parcel, "return", by):
        raise OrderRefused(labels.refusal("return", parcel.status))
    wanted = set(line_ids)
    lines = [line for line in parcel.lines if line.id in wanted and line.returned_at is None]
    if not lines:
        raise OrderRefused(_("Nothing of this parcel is left to return."))
    for line in lines:
        line.returned_at, line.return_reason = now, reason
    units.come_back(lines, now=now)
    everything = all(line.returned_at for line in parcel.lines)
    freed = under_way.ends([parcel] if everything and parcel.status in UNDER_WAY else [])
    if everything:
        move(parcel, "return", by=by, now=now, code=reason)
    else:
        titles = ", ".join(line.title for line in lines)
        record(parcel.order, verb="return", by=by, now=now, parcel=parcel, code=reason, note=titles)
    _credit_returned(parcel, lines, reason, everything=everything, now=now)
    settle(parcel.order)
    if reason != "withdrawn":
        _tell_outcome(lines, reason, now)
    under_way.show(freed)


def _credit_returned(
    parcel: Parcel, lines: Sequence[OrderLine], reason: str, *, everything: bool, now: datetime
) -> None:
    goods = {line.id: line.left_minor for line in lines}
    delivery = 0
    if everything:
        delivery = delivery_given_up_on_return(
            parcel.shipping_minor, parcel.standard_shipping_minor, parcel.delivery_given_up_minor
        )
    for line in lines:
        line.given_up_minor += goods[line.id]
    parcel.given_up_minor += sum(goods.values()) + delivery
    invoicing.credit(parcel, goods=goods, delivery=delivery, returned=set(goods), reason=reason, now=now)


def write_note(*, order_id: int, text: str, by: Who, now: datetime, parcel_id: int | None = None) -> None:
    """A note for whoever works on the order, never shown to its customer; with a parcel, for that parcel's seller, too.

    It needs no `seen`: what others do meanwhile is no reason to lose it.
    """
    order = queries.locked(order_id)
    parcel = next((parcel for parcel in order.parcels if parcel.id == parcel_id), None)
    record(order, verb="note", by=by, now=now, parcel=parcel, note=text)
