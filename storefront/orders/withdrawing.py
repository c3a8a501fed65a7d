"""Withdrawing from a contract: the customer's right, no reason asked, for 14 days after the last delivery.

Directive 2011/83/EU art. 9-14; the online function with its receipt: art. 11a, by Directive 2023/2673.
"""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _

from ..config import current_settings
from ..core.clock import local_day
from . import actions, letters, queries
from .errors import OrderRefused
from .log import record
from .models import OrderLine, Parcel, ShopOrder
from .rules import CUSTOMER, PROGRESS, TOO_LATE, WITHDRAWN, target
from .shown import is_withdrawable


def withdraw(*, order_id: int, line_ids: Collection[int] | None, now: datetime) -> None:
    """Take the customer's declaration, for some lines or (with None) for all that is left.

    What was not sent yet is cancelled, by whole parcels; what was sent is to come back. The receipt goes out by mail.
    Raises `OrderRefused` when there is nothing to withdraw from; a late declaration gets its receipt all the same.
    """
    order = queries.locked(order_id)
    zone = current_settings().shop.time_zone
    in_time = is_withdrawable(order, local_day(now, zone), zone)
    left = _open_lines(order)
    chosen = {line.id for line in left if line_ids is None or line.id in line_ids}
    # A parcel that was not sent yet is cancelled whole: all its lines are withdrawn with the one that was named.
    unsent = (
        {line.parcel_id for line in left if line.id in chosen and is_unsent(line.parcel)} if in_time else ()
    )
    lines = [line for line in left if line.id in chosen or line.parcel_id in unsent]
    if not lines:
        raise OrderRefused(_("There is nothing to withdraw from in this order."))
    cancelled: list[Parcel] = []
    to_return: list[OrderLine] = []
    if in_time:
        cancelled, to_return = _sorted_out(order, lines, now)
    titles = ", ".join(line.title for line in lines)
    record(order, verb="withdraw", by=CUSTOMER, now=now, code="" if in_time else TOO_LATE, note=titles)
    letters.withdrawal_received(order, cancelled=cancelled, to_return=to_return, in_time=in_time, now=now)


def _open_lines(order: ShopOrder) -> list[OrderLine]:
    return [
        line
        for parcel in order.parcels
        if parcel.status in PROGRESS
        for line in parcel.lines
        if line.withdrawn_at is None and line.returned_at is None
    ]


def _sorted_out(
    order: ShopOrder, lines: list[OrderLine], now: datetime
) -> tuple[list[Parcel], list[OrderLine]]:
    """Cancel the parcels that can be, mark the lines that shall come back."""
    chosen = {line.parcel_id for line in lines}
    cancelled = [parcel for parcel in order.parcels if parcel.id in chosen and is_unsent(parcel)]
    for parcel in cancelled:
        actions.cancel_parcels(order, parcel_id=parcel.id, by=CUSTOMER, now=now, code=WITHDRAWN)
    to_return = [line for line in lines if line.parcel not in cancelled]
    for line in lines:
        line.withdrawn_at = now
    return cancelled, to_return


def is_unsent(parcel: Parcel) -> bool:
    """Whether withdrawing cancels it: nothing has to come back."""
    return target("cancel", parcel.status, CUSTOMER, parcel.paying) is not None


def withdraw_by_number(*, number: str, email: str, now: datetime) -> None:
    """The same without the order's link, for all that is left of it.

    Where no such order exists, or there is nothing left, nothing happens: whoever asks learns it from the mail that
    comes to the order's address, or doesn't.
    """
    order = queries.by_number(number)
    if order is None or order.email.casefold() != email.casefold() or not _open_lines(order):
        return
    withdraw(order_id=order.id, line_ids=None, now=now)
