"""What the cart and the orders need to know of an offer: the facts that an order line copies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ..config import current_settings
from ..core.database import db
from ..core.money import Money
from ..impact.queries import Avoided, climate_avoided
from ..sellers.models import Seller
from ..sellers.rules import room_for
from .models import Offer, Product
from .offers import drawing_of
from .shown import Drawing
from .titles import title_of
from .valuing import buyable
from .weights import weight_of


@dataclass(frozen=True, slots=True)
class OfferForSale:
    """An offer as it stands now, its title in the reader's language.

    Of its `stock`, `available` units can be bought: as many as its seller has `room` for (`sellers.rules.room_for`)
    for all its offers together.
    """

    id: int
    sku: str
    title: str
    category: str
    product_slug: str
    grade: str
    price: Money
    stock: int
    room: int | None
    battery_percent: int | None
    guarantee_months: int
    vat_scheme: str
    purchase_price: Money | None
    purchase_reference: str | None
    purchase_date: date | None
    seller_id: int
    seller_slug: str
    seller_name: str
    standing: str
    handling_days: int
    # In grams, with its packing.
    sent_weight_g: int
    drawing: Drawing
    impact: Avoided | None

    @property
    def available(self) -> int:
        return counted(self.stock, self.room)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a device can be had that its seller has no more of: in `grade`, from `price` on."""

    grade: str
    price: Money


def counted(stock: int, room: int | None) -> int:
    """How many of `stock` can be bought while their seller has `room` for so many, or (none) for any number."""
    return stock if room is None else min(stock, room)


def room_of(seller: Seller) -> int | None:
    """For how many units more a seller has room now."""
    cap = current_settings().sellers.probation_units
    return room_for(seller.standing, open_units=seller.open_units, cap=cap)


def sold_elsewhere(offers: Iterable[OfferForSale]) -> dict[int, Elsewhere]:
    """For those of the offers (by id) whose product others sell: the same grade if there is one, else the cheapest.

    One SQL statement.
    """
    wanted = list(offers)
    statement = (
        select(Product.slug, Offer.grade, func.min(Offer.price_minor).label("price_minor"))
        .join(Offer.product)
        .join(Offer.seller)
        .where(Product.slug.in_({offer.product_slug for offer in wanted}), *buyable())
        .where(Offer.id.not_in([offer.id for offer in wanted]))
        .group_by(Product.slug, Offer.grade)
    )
    rows = db.session.execute(statement).all()
    currency = current_settings().shop.currency
    found = {}
    for offer in wanted:
        others = [row for row in rows if row.slug == offer.product_slug]
        if others:
            best = min(others, key=lambda row: (row.grade != offer.grade, row.price_minor))
            found[offer.id] = Elsewhere(best.grade, Money(best.price_minor, currency))
    return found


def offers_for_sale(ids: Iterable[int]) -> dict[int, OfferForSale]:
    """The offers with these ids that still exist, by id; one SQL statement."""
    product = joinedload(Offer.product)
    statement = (
        select(Offer)
        .where(Offer.id.in_(list(ids)))
        .options(
            joinedload(Offer.seller), product.joinedload(Product.category), product.joinedload(Product.model)
        )
    )
    currency = current_settings().shop.currency
    return {offer.id: _for_sale(offer, currency) for offer in db.session.scalars(statement)}


def _for_sale(offer: Offer, currency: str) -> OfferForSale:
    seller, product = offer.seller, offer.product
    cost = offer.purchase_price_minor
    return OfferForSale(
        id=offer.id,
        sku=offer.sku,
        title=title_of(product),
        category=product.category.slug,
        product_slug=product.slug,
        grade=offer.grade,
        price=Money(offer.price_minor, currency),
        stock=offer.stock,
        room=room_of(seller),
        battery_percent=offer.battery_percent,
        guarantee_months=offer.guarantee_months,
        vat_scheme=offer.vat_scheme,
        purchase_price=None if cost is None else Money(cost, currency),
        purchase_reference=offer.purchase_reference,
        purchase_date=offer.purchase_date,
        seller_id=seller.id,
        seller_slug=seller.slug,
        seller_name=seller.name,
        standing=seller.standing,
        handling_days=seller.handling_days,
        sent_weight_g=weight_of(product) + current_settings().shipping.packing_g,
        drawing=drawing_of(product),
        impact=climate_avoided(product.category.slug),
    )
