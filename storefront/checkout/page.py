"""What the checkout page shows, for a cart and for what was typed so far."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from ..cart.shown import CartView, SellerLines
from ..core.money import Money, total
from ..house.running import current_house, home_zone
from .forms import Possible, read_key, read_shipping
from .payments import PaymentMethod, offered
from .shipping import ShippingChoice, choices, pickup_places


@dataclass(frozen=True, slots=True)
class ParcelChoices:
    """One parcel, the ways it can travel, and the one that is chosen."""

    parcel: SellerLines
    ways: tuple[ShippingChoice, ...]
    chosen: ShippingChoice


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """The page's values: `total` is with shipping as chosen, and goes back with the form."""

    cart: CartView
    parcels: tuple[ParcelChoices, ...]
    payments: tuple[PaymentMethod, ...]
    payment: str
    shipping: Money
    total: Money
    key: str
    countries: tuple[str, ...]
    country: str


def possible(cart: CartView, country: str) -> Possible:
    """What can be chosen for this cart when it goes to `country`; one SQL statement.

    Where nothing goes there, the ways are those at home, and the country is none of the possible ones.
    """
    places = pickup_places([parcel.seller_id for parcel in cart.sent_parcels])
    tariff = current_house().tariff
    zone = tariff.zone_of(country) or home_zone()
    return Possible(
        countries=tariff.countries,
        shipping={parcel.seller_id: choices(parcel, places, zone) for parcel in cart.sent_parcels},
        payments=tuple(offered()),
    )


def checkout_page(
    cart: CartView, options: Possible, fields: Mapping[str, str], *, country: str
) -> CheckoutPage:
    """The page for what was typed so far (`fields`, empty at first), with a key of its own until it has one."""
    chosen = read_shipping(fields, options)
    parcels = []
    for parcel in cart.sent_parcels:
        ways = options.shipping[parcel.seller_id]
        way = next(way for way in ways if way.code == chosen[parcel.seller_id])
        parcels.append(ParcelChoices(parcel, ways, way))
    shipping = total((choice.chosen.price for choice in parcels), cart.currency)
    return CheckoutPage(
        cart=cart,
        parcels=tuple(parcels),
        payments=options.payments,
        payment=fields.get("payment", "") or options.payments[0].code,
        shipping=shipping,
        total=cart.total + shipping,
        key=read_key(fields) or secrets.token_urlsafe(16),
        countries=options.countries,
        country=country,
    )
