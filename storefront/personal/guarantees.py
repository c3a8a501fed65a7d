"""What somebody bought, and how long it is covered: the legal guarantee, and the seller's own."""

from dataclasses import dataclass
from datetime import date, datetime

from ..config import current_settings
from ..core.clock import local_day
from ..orders.queries import all_of_person
from ..orders.shown import LineShown, shown

# Both guarantees of what was bought before that are long over.
_MOST_ORDERS = 200


@dataclass(frozen=True, slots=True)
class Covered:
    """A line that was delivered; `running` if a guarantee still covers it, until `until`."""

    line: LineShown
    seller: str
    order_token: str
    delivered_on: date
    until: date
    running: bool


def covered(person_id: int, *, now: datetime) -> list[Covered]:
    """What was delivered and kept, the longest covered first; a fixed number of statements."""
    zone = current_settings().shop.time_zone
    today = local_day(now, zone)
    found = []
    for order in all_of_person(person_id, limit=_MOST_ORDERS):
        view = shown(order, now=now)
        for parcel, row in zip(view.parcels, order.parcels, strict=True):
            if row.delivered_at is None:
                continue
            for line in parcel.lines:
                if line.withdrawn or line.returned or line.legal_until is None:
                    continue
                until = max(
                    line.legal_until,
                    line.seller_until or line.legal_until,
                    *(unit.legal_until or line.legal_until for unit in line.units),
                )
                found.append(
                    Covered(
                        line,
                        parcel.seller_name,
                        view.token,
                        local_day(row.delivered_at, zone),
                        until,
                        today <= until,
                    )
                )
    return sorted(found, key=lambda one: one.until, reverse=True)
