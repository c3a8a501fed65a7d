"""The log of an order: who did what, when."""

from datetime import datetime

from .models import OrderEvent, Parcel, ShopOrder


def record(
    order: ShopOrder,
    *,
    verb: str,
    by: str,
    now: datetime,
    parcel: Parcel | None = None,
    states: tuple[str, str] = ("", ""),
    note: str = "",
) -> None:
    """Add to the log; `states` are those before and after."""
    order.events.append(
        OrderEvent(
            parcel_id=parcel.id if parcel else None,
            at=now,
            actor=by,
            verb=verb,
            from_state=states[0],
            to_state=states[1],
            note=note,
        )
    )
