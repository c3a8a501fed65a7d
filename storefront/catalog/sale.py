"""What the cart and the orders need to know of an offer: the facts that an order line copies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..config import current_settings
from ..core.database import db
from ..core.money import Money
from ..impact.queries import Avoided, climate_avoided
from ..sellers.rules import SUSPENDED
from .models import Offer, Product
from .offers import drawing_of
from .shown import Drawing
from .titles import title_of
from .weights import weight_of


@dataclass(frozen=True, slots=True)
class OfferForSale:
    """An offer as it stands now, its title in the reader's language.

    `available` is what can be bought: 0 for a suspended seller's.
    """

    id: int
    sku: str
    title: str
    category: str
    product_slug: str
    grade: str
    price: Money
    available: int
    battery_percent: int | None
    guarantee_months: int
    vat_scheme: str
    purchase_price: Money | None
    purchase_reference: str | None
    purchase_date: date | None
    seller_id: int
    seller_slug: str
    seller_name: str
    handling_days: int
    # In grams, with its packing.
    sent_weight_g: int
    drawing: Drawing
    impact: Avoided | None


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
        available=0 if seller.standing == SUSPENDED else offer.stock,
        battery_percent=offer.battery_percent,
        guarantee_months=offer.guarantee_months,
        vat_scheme=offer.vat_scheme,
        purchase_price=None if cost is None else Money(cost, currency),
        purchase_reference=offer.purchase_reference,
        purchase_date=offer.purchase_date,
        seller_id=seller.id,
        seller_slug=seller.slug,
        seller_name=seller.name,
        handling_days=seller.handling_days,
        sent_weight_g=weight_of(product) + current_settings().shipping.packing_g,
        drawing=drawing_of(product),
        impact=climate_avoided(product.category.slug),
    )
