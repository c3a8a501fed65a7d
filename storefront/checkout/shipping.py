"""How a parcel can travel, and what that costs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from ..cart.shown import SellerLines
from ..config import current_settings
from ..core.database import db
from ..core.money import Money
from ..house.rules import Method, Zone
from ..orders.dates import travel_window
from ..orders.labels import shipping_label
from ..sellers.models import Seller


@dataclass(frozen=True, slots=True)
class ShippingChoice:
    """One way for one parcel. `days` are working days until it is there, earliest and latest."""

    code: str
    label: str
    price: Money
    travel_days: int
    days: tuple[int, int]
    place: str = ""


def pickup_places(seller_ids: Collection[int]) -> dict[int, str]:
    """Where these sellers can be visited, by id; one SQL statement. Who gave no address can't be."""
    statement = select(Seller.id, Seller.address, Seller.postcode, Seller.city).where(
        Seller.id.in_(seller_ids)
    )
    return {
        row.id: f"{row.address}, {row.postcode} {row.city}".strip()
        for row in db.session.execute(statement)
        if row.address and row.city
    }


def choices(parcel: SellerLines, places: Mapping[int, str], zone: Zone) -> tuple[ShippingChoice, ...]:
    """The ways for this parcel to that zone, the ordinary one first."""
    found = [_sent(parcel, method) for method in zone.methods]
    place = places.get(parcel.seller_id)
    if current_settings().shipping.pickup and place:
        days = travel_window(parcel.handling_days, 0)
        label = _("Pick up: %(place)s", place=place)
        found.append(ShippingChoice("pickup", label, Money(0, parcel.currency), 0, days, place))
    return tuple(found)


def _sent(parcel: SellerLines, method: Method) -> ShippingChoice:
    return ShippingChoice(
        code=method.code,
        label=shipping_label(method.code),
        price=parcel.price_by(method),
        travel_days=method.travel_days,
        days=travel_window(parcel.handling_days, method.travel_days),
    )
