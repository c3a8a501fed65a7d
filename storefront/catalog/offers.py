"""Offers as pages show them, read for a set of offers or for one product."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..config import current_settings
from ..core.database import db
from ..core.i18n import language
from ..core.money import Money
from ..house.running import home_zone
from ..sellers import rules as seller_rules
from ..sellers.models import Seller
from .models import Model, Offer, Product
from .rules import updates_state
from .shown import Drawing, NewPrice, OfferView, SellerView, Updates
from .valuing import buyable


def offers_with_products(ids: Iterable[int]) -> list[Offer]:
    """The offers with these ids, with all that a card shows of them; one SQL statement."""
    product = joinedload(Offer.product)
    statement = (
        select(Offer)
        .where(Offer.id.in_(list(ids)))
        .options(
            joinedload(Offer.seller),
            product.joinedload(Product.model),
            product.joinedload(Product.brand),
            product.joinedload(Product.category),
        )
    )
    return list(db.session.scalars(statement))


def offers_of_product(product_id: int) -> list[Offer]:
    """The offers in stock of one product, in all grades; one SQL statement."""
    statement = (
        select(Offer)
        .join(Offer.seller)
        .where(Offer.product_id == product_id, *buyable())
        .options(joinedload(Offer.seller))
    )
    return list(db.session.scalars(statement))


def offer_view(offer: Offer) -> OfferView:
    settings = current_settings()
    return OfferView(
        id=offer.id,
        sku=offer.sku,
        grade=offer.grade,
        price=Money(offer.price_minor, settings.shop.currency),
        stock=offer.stock,
        battery_percent=offer.battery_percent,
        guarantee_months=offer.guarantee_months,
        vat_scheme=offer.vat_scheme,
        days=delivery_days(offer.seller.handling_days),
        seller=seller_view(offer.seller),
    )


def delivery_days(handling_days: int) -> tuple[int, int]:
    """Working days until an ordinary parcel arrives in the shop's own country, earliest and latest."""
    travel = home_zone().methods[0].travel_days
    return handling_days + max(1, travel - 1), handling_days + travel


def seller_view(seller: Seller) -> SellerView:
    place = " ".join(part for part in (seller.postcode, seller.city) if part)
    return SellerView(
        slug=seller.slug,
        name=seller.name,
        stars=seller_rules.stars(seller.risk),
        finished_lines=seller.finished_lines,
        probation=seller.standing == "probation",
        legal_name=seller.legal_name or seller.name,
        address=", ".join(part for part in (seller.address, place, seller.country) if part),
        phone=seller.phone,
        email=seller.email,
        register_number=seller.register_number,
        vat_id=seller.vat_id,
        about=seller.about_fr if language() == "fr" else seller.about_en,
    )


def drawing_of(product: Product) -> Drawing:
    model = product.model
    if model is None:
        return Drawing(kind=product.category.drawing, colour=product.colour or "")
    return Drawing(
        kind=model.drawing or product.category.drawing,
        colour=product.colour or "",
        height_mm=model.height_mm or 0.0,
        width_mm=model.width_mm or 0.0,
        lenses=model.lenses or 0,
        front=model.front,
    )


def new_price(model: Model | None) -> NewPrice | None:
    if model is None or model.new_price_minor is None:
        return None
    price = Money(model.new_price_minor, current_settings().shop.currency)
    return NewPrice(price, model.new_price_on, model.new_price_source)


def saving(new: NewPrice | None, price: Money) -> Money | None:
    """What is saved against new, when that is anything."""
    return new.price - price if new and price < new.price else None


def updates(model: Model | None, today: date) -> Updates:
    until = model.security_until if model else None
    checked = model.supported_on if model else None
    return Updates(updates_state(until, today, checked), until, checked)
