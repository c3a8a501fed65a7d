"""The log of an order: who did what, when."""

from datetime import datetime

from ..core.money import Money
from .models import OrderEvent, Parcel, ShopOrder
from .rules import Who


def record(
    order: ShopOrder,
    *,
    verb: str,
    by: Who,
    now: datetime,
    parcel: Parcel | None = None,
    states: tuple[str, str] = ("", ""),
    code: str = "",
    amount: Money | None = None,
    note: str = "",
) -> None:
    """Add to the log; `states` are those before and after.

    What the shop itself has to say is a `code` (`labels.FACTS`) and an `amount`; a `note` is somebody's words, kept
    as they are.
    """
    order.events.append(
        OrderEvent(
            parcel_id=parcel.id if parcel else None,
            at=now,
            actor=by.role,
            person_id=by.person_id,
            verb=verb,
            from_state=states[0],
            to_state=states[1],
            code=code,
            amount_minor=amount.minor if amount else None,
            note=note,
        )
    )
