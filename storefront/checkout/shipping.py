"""How a parcel can travel, and what that costs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from ..cart.shown import SellerLines
from ..config import current_settings
from ..core.database import db
from ..core.money import Money
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


def choices(parcel: SellerLines, places: Mapping[int, str]) -> tuple[ShippingChoice, ...]:
    """The ways for this parcel, the ordinary one first."""
    settings = current_settings().shipping
    ways = [
        ("standard", settings.standard, settings.standard_days),
        ("express", settings.express, settings.express_days),
    ]
    found = [
        ShippingChoice(
            code=code,
            label=shipping_label(code),
            price=Money.of(price, parcel.currency),
            travel_days=max(1, days),
            days=travel_window(parcel.handling_days, max(1, days)),
        )
        for code, price, days in ways
    ]
    place = places.get(parcel.seller_id)
    if settings.pickup and place:
        days = travel_window(parcel.handling_days, 0)
        label = _("Pick up: %(place)s", place=place)
        found.append(ShippingChoice("pickup", label, Money(0, parcel.currency), 0, days, place))
    return tuple(found)
