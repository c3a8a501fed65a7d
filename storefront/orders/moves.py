"""What verbs on an order have in common: nothing has changed meanwhile, the table allows it, the balance is noted."""

from datetime import datetime

from flask_babel import gettext as _

from ..core.database import db
from . import labels, queries
from .errors import OrderChanged, OrderRefused
from .log import record
from .models import Parcel, ShopOrder
from .rules import Who, target


def opened(order_id: int, seen: int | None) -> ShopOrder:
    """The order, locked. `seen` is the `version` that a person decided on, none where nobody looked at a page.

    Raises `OrderChanged` when something was done to it since.
    """
    order = queries.locked(order_id)
    _check_seen(order.version, seen, order.state)
    return order


def opened_parcel(parcel_id: int, seen: int | None) -> Parcel:
    """The parcel, its order locked. Raises `NotFound`; `OrderChanged` when something was done to it since `seen`."""
    parcel = queries.locked_parcel(parcel_id)
    _check_seen(parcel.version, seen, parcel.status)
    return parcel


def _check_seen(version: int, seen: int | None, state: str) -> None:
    if seen is not None and seen != version:
        raise OrderChanged(
            _(
                "Somebody else has done something to this order meanwhile: it is “%(state)s” now. Nothing was done; "
                "please look at it again.",
                state=labels.state_label(state),
            )
        )


def move(parcel: Parcel, verb: str, *, by: Who, now: datetime, code: str = "", note: str = "") -> None:
    """Do `verb` to a parcel, or raise `OrderRefused`. The order must be locked."""
    before = parcel.status
    after = target(verb, before, by, parcel.paying)
    if after is None:
        raise OrderRefused(labels.refusal(verb, before))
    parcel.status = after
    states = before, after
    record(parcel.order, verb=verb, by=by, now=now, parcel=parcel, states=states, code=code, note=note)


def may(parcel: Parcel, verb: str, by: Who) -> bool:
    return target(verb, parcel.status, by, parcel.paying) is not None


def settle(order: ShopOrder) -> None:
    """Note what is to be paid back now: the last thing that any verb does to an order's money."""
    order.due_back_minor = max(0, order.balance.minor)
    db.session.flush()
