"""Placing an order: the one moment when units, prices and promises are fixed."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ..catalog.actions import take_units
from ..catalog.sale import OfferForSale
from ..config import current_settings
from ..core.database import db
from ..core.folding import folded
from ..core.money import Money, total
from ..sellers.models import Seller
from . import letters, queries, under_way
from .labels import country_name
from .log import record
from .models import OrderLine, Parcel, ShopOrder
from .promises import promise
from .rules import CUSTOMER
from .vat import shared, vat_of_line

# Letters and digits that nobody mistakes for one another when reading a number aloud.
_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_TRIES = 5
_NOTHING_HELD: Mapping[int, int] = {}


@dataclass(frozen=True, slots=True)
class Customer:
    """Who buys, and where it goes; `language` is the one to write to them in, `person_id` whose account lists it."""

    email: str
    name: str
    phone: str
    street: str
    street_more: str
    postcode: str
    city: str
    country: str
    language: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class ParcelWish:
    """What one seller shall send: offers as the customer saw them, with how many of each, and how it travels."""

    seller_id: int
    items: tuple[tuple[OfferForSale, int], ...]
    shipping_method: str
    shipping: Money
    standard_shipping: Money
    travel_days: int
    # The day that a firm asked for.
    wanted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Business:
    """The firm that buys: who it is, where its invoices go, and what its books call the order (`purchase_order`).

    Its invoices are paid within `invoice_days` where it pays on account (`rules.ON_INVOICE`), else that is none.
    """

    name: str
    register_number: str
    vat_id: str
    street: str
    street_more: str
    postcode: str
    city: str
    country: str
    purchase_order: str
    invoice_days: int | None = None


def place_order(
    *,
    key: str,
    customer: Customer,
    parcels: Sequence[ParcelWish],
    payment_method: str,
    pay_by: datetime,
    now: datetime,
    business: Business | None = None,
    held: Mapping[int, int] = _NOTHING_HELD,
) -> ShopOrder:
    """Make the order and take its units; the same `key` again gives the same order, whatever else is asked.

    Units that are `held` for it (offer id -> how many) were taken out of stock before, and become sold as they are.
    Raises `catalog.errors.OutOfStock`, `sellers.errors.NoRoom`; the caller's transaction must then be rolled back.
    """
    values = _order_values(customer, parcels, payment_method, pay_by, now)
    order, is_new = _opened(values | _business_values(business), key, now)
    if not is_new:
        return order
    _add_parcels(order, parcels)
    db.session.flush()
    record(order, verb="place", by=CUSTOMER, now=now)
    letters.order_placed(order, now=now)
    if order.paying.comes_later:
        promise(order, now)
        for parcel in order.parcels:
            letters.to_accept(parcel, now=now)
    # Last, since it holds what every other order needs until the commit.
    full = under_way.begins(order.parcels)
    take_units(_still_to_take(_units(parcels), held))
    under_way.show(full)
    return order


def _units(parcels: Sequence[ParcelWish]) -> dict[int, int]:
    units: dict[int, int] = {}
    for parcel in parcels:
        for offer, quantity in parcel.items:
            units[offer.id] = units.get(offer.id, 0) + quantity
    return units


def _still_to_take(units: Mapping[int, int], held: Mapping[int, int]) -> dict[int, int]:
    left = {offer_id: count - held.get(offer_id, 0) for offer_id, count in units.items()}
    return {offer_id: count for offer_id, count in left.items() if count > 0}


def _business_values(business: Business | None) -> dict[str, object]:
    if business is None:
        return {}
    return {
        "firm_name": business.name,
        "register_number": business.register_number,
        "vat_id": business.vat_id,
        "billing_street": business.street,
        "billing_street_more": business.street_more,
        "billing_postcode": business.postcode,
        "billing_city": business.city,
        "billing_country": business.country,
        "purchase_order": business.purchase_order,
        "invoice_days": business.invoice_days,
    }


def _order_values(
    customer: Customer, parcels: Sequence[ParcelWish], payment_method: str, pay_by: datetime, now: datetime
) -> dict[str, object]:
    currency = current_settings().shop.currency
    goods = total(
        (offer.price * quantity for parcel in parcels for offer, quantity in parcel.items), currency
    )
    shipping = total((parcel.shipping for parcel in parcels), currency)
    return {
        "person_id": customer.person_id,
        "email": customer.email,
        "name": customer.name,
        "phone": customer.phone,
        "street": customer.street,
        "street_more": customer.street_more,
        "postcode": customer.postcode,
        "city": customer.city,
        "country": customer.country,
        "language": customer.language,
        "payment_method": payment_method,
        "currency": currency,
        "goods_minor": goods.minor,
        "shipping_minor": shipping.minor,
        "total_minor": (goods + shipping).minor,
        "placed_at": now,
        "pay_by": pay_by,
    }


def _opened(values: dict[str, object], key: str, now: datetime) -> tuple[ShopOrder, bool]:
    """A new order row, or the one that the same form has made, just now or long ago."""
    for _ in range(_TRIES):
        order = ShopOrder(
            idempotency_key=key,
            token=secrets.token_urlsafe(24),
            number=_number(now.year),
            parcels=[],
            events=[],
            **values,
        )
        order.search_text = _search_text(order)
        try:
            with db.session.begin_nested():
                db.session.add(order)
        except IntegrityError:
            twin = queries.by_key(key)
            if twin:
                return twin, False
            continue  # the number was taken: one in hundreds of millions
        return order, True
    raise RuntimeError("no free order number found")


def _search_text(order: ShopOrder) -> str:
    firm = f" {order.firm_name}" if order.firm_name else ""
    # As long as the column: a firm's name comes last, and may be cut.
    return folded(f"{order.number} {order.name} {order.email} {order.postcode}{firm}")[:450]


def _number(year: int) -> str:
    return f"R-{year}-" + "".join(secrets.choice(_READABLE) for _ in range(6))


def _add_parcels(order: ShopOrder, wishes: Sequence[ParcelWish]) -> None:
    ids = [wish.seller_id for wish in wishes]
    sellers = {seller.id: seller for seller in db.session.scalars(select(Seller).where(Seller.id.in_(ids)))}
    for wish in wishes:
        parcel = _parcel(wish, sellers[wish.seller_id], order.language)
        parts = shared(wish.shipping.minor, [offer.price.minor * quantity for offer, quantity in wish.items])
        parcel.lines = [
            _line(offer, quantity, Money(part, wish.shipping.currency))
            for (offer, quantity), part in zip(wish.items, parts, strict=True)
        ]
        order.parcels.append(parcel)


def _parcel(wish: ParcelWish, seller: Seller, language: str) -> Parcel:
    town = " ".join(part for part in (seller.postcode, seller.city) if part)
    with force_locale(language):
        country = country_name(seller.country)
    return Parcel(
        seller_id=seller.id,
        seller_name=seller.name,
        seller_legal_name=seller.legal_name,
        seller_address=", ".join(part for part in (seller.address, town, country) if part),
        seller_phone=seller.phone,
        seller_email=seller.email,
        seller_register_number=seller.register_number,
        seller_vat_id=seller.vat_id,
        shipping_method=wish.shipping_method,
        shipping_minor=wish.shipping.minor,
        standard_shipping_minor=wish.standard_shipping.minor,
        handling_days=seller.handling_days,
        travel_days=wish.travel_days,
        wanted_on=wish.wanted_on,
        status="placed",
        given_up_minor=0,
    )


def _line(offer: OfferForSale, quantity: int, shipping: Money) -> OrderLine:
    percent = current_settings().vat.percent
    vat = vat_of_line(
        scheme=offer.vat_scheme,
        price=offer.price,
        quantity=quantity,
        purchase=offer.purchase_price,
        percent=percent,
        shipping=shipping,
    )
    impact = offer.impact
    return OrderLine(
        offer_id=offer.id,
        sku=offer.sku,
        title=offer.title,
        product_slug=offer.product_slug,
        category=offer.category,
        grade=offer.grade,
        battery_percent=offer.battery_percent,
        guarantee_months=offer.guarantee_months,
        price_minor=offer.price.minor,
        quantity=quantity,
        vat_scheme=offer.vat_scheme,
        vat_rate=int(percent * 100),
        vat_minor=None if vat is None else vat.minor,
        purchase_price_minor=None if offer.purchase_price is None else offer.purchase_price.minor,
        purchase_reference=offer.purchase_reference,
        purchase_date=offer.purchase_date,
        impact_avoided_kg=impact.avoided if impact else None,
        impact_per=impact.per if impact else "",
        impact_source=f"{impact.source}, {impact.year}" if impact else "",
    )
