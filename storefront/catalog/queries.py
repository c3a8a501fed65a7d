"""Reads of the catalogue, each with its number of SQL statements."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..core.database import db
from ..sellers.models import Seller
from ..sellers.rules import TRUSTED_RISK
from .models import Category, Offer, OldProductSlug, Product
from .valuing import buyable


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category as lists show it."""

    slug: str
    name_en: str
    name_fr: str
    drawing: str


def shelves() -> list[Shelf]:
    """All categories, in the order of the shop; one statement."""
    columns = (Category.slug, Category.name_en, Category.name_fr, Category.drawing)
    rows = db.session.execute(select(*columns).order_by(Category.position, Category.id))
    return [Shelf(*row) for row in rows]


def category_called(slug: str) -> Category | None:
    """One statement."""
    return db.session.scalar(select(Category).where(Category.slug == slug))


def product_called(slug: str) -> Product | None:
    """A product with its model, brand and category; one statement."""
    statement = (
        select(Product)
        .where(Product.slug == slug)
        .options(joinedload(Product.model), joinedload(Product.brand), joinedload(Product.category))
    )
    return db.session.scalar(statement)


def moved_product(old_slug: str) -> str | None:
    """Where a product is found whose address was `old_slug` once; one statement."""
    statement = (
        select(Product.slug)
        .join(OldProductSlug, OldProductSlug.product_id == Product.id)
        .where(OldProductSlug.slug == old_slug)
    )
    return db.session.scalar(statement)


def from_trusted_sellers(offer_ids: Iterable[int]) -> set[int]:
    """Those of the offers whose seller is past probation and has four stars or more; one statement."""
    statement = (
        select(Offer.id)
        .join(Offer.seller)
        .where(Offer.id.in_(list(offer_ids)), Seller.standing == "active", Seller.risk <= TRUSTED_RISK)
    )
    return set(db.session.scalars(statement))


def newcomers_products() -> list[int]:
    """Products that a seller on probation has in stock; one statement."""
    statement = (
        select(Offer.product_id)
        .join(Offer.seller)
        .where(Seller.standing == "probation", *buyable())
        .distinct()
    )
    return list(db.session.scalars(statement))


def product_slugs() -> list[str]:
    """For the sitemap; one statement."""
    return list(db.session.scalars(select(Product.slug).order_by(Product.id)))
