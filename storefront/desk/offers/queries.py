"""Offers as the desk lists them: found, narrowed and sorted by a fixed number of SQL statements."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload
from werkzeug.exceptions import NotFound

from ...catalog.bulk import MOST_OFFERS
from ...catalog.models import Category, Offer, Product, folded_sku
from ...catalog.rules import slugify
from ...catalog.titles import category_name
from ...core.database import db
from ...core.paging import Key, Page, page_of
from ...orders.selling import is_low
from ...sellers.models import Seller
from ..access import Scope, within
from .forms import OfferFilters

SIZE = 50
_LAST_CHARACTER = "\U0010ffff"
# By which columns each order goes, and whether the last comes first.
SORTS: dict[str, tuple[tuple[Key, ...], bool]] = {
    "changed": ((Offer.changed_at, Offer.id), True),
    "title": ((Product.title, Product.id, Offer.id), False),
    "price": ((Offer.price_minor, Offer.id), False),
    "stock": ((Offer.stock, Offer.id), False),
}


def offers_page(scope: Scope, filters: OfferFilters, *, now: datetime, cursor: str = "") -> Page[Row[Any]]:
    """One page of the offers within `scope` (`Offer`, with product, model and seller); one SQL statement."""
    statement = (
        select(Offer)
        .join(Offer.product)
        .where(*_conditions(scope, filters, now))
        .options(contains_eager(Offer.product).joinedload(Product.model), joinedload(Offer.seller))
    )
    by, descending = SORTS[filters.sort]
    return page_of(statement, by=by, cursor=cursor, size=SIZE, descending=descending)


def chosen_offers(scope: Scope, ids: Collection[int]) -> Sequence[Row[Any]]:
    """The offers with these ids within `scope`, for a bulk change; one SQL statement."""
    return db.session.execute(
        _for_bulk().where(within(scope, Offer.seller_id), Offer.id.in_(list(ids)))
    ).all()


def filtered_offers(scope: Scope, filters: OfferFilters, *, now: datetime) -> Sequence[Row[Any]]:
    """All offers that the list would show, for a bulk change: one more than may be changed at once, at most."""
    return db.session.execute(_for_bulk().where(*_conditions(scope, filters, now))).all()


def _for_bulk() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Offer.id,
            Offer.product_id,
            Product.title,
            Offer.sku,
            Offer.price_minor,
            Offer.stock,
            Offer.guarantee_months,
        )
        .join(Offer.product)
        .order_by(Offer.id)
        .limit(MOST_OFFERS + 1)
    )


def _conditions(scope: Scope, filters: OfferFilters, now: datetime) -> list[ColumnElement[bool]]:
    conditions = [within(scope, Offer.seller_id)]
    if filters.text:
        conditions.append(_says(filters.text))
    if filters.seller_id is not None:
        conditions.append(Offer.seller_id == filters.seller_id)
    if filters.category:
        category = select(Category.id).where(Category.slug == filters.category).scalar_subquery()
        conditions.append(Product.category_id == category)
    if filters.grade:
        conditions.append(Offer.grade == filters.grade)
    if filters.stock:
        conditions.append(
            {"in": Offer.stock > 0, "none": Offer.stock == 0, "low": is_low(now)}[filters.stock]
        )
    return conditions


def _says(text: str) -> ColumnElement[bool]:
    """All words in the title, in any order; or the SKU, from its beginning."""
    # A product's address is its title in plain small letters: accents and capitals don't matter there.
    words = [slugify(word) for word in text.split()]
    in_slug = [Product.slug.contains(word, autoescape=True) for word in words if word]
    titled = and_(*in_slug) if in_slug else Product.title.contains(text, autoescape=True)
    # Both by their indexes, one after the other: what joins them by "or" looks through all offers.
    found = aliased(Offer)
    beginning = folded_sku(text)
    by_sku = select(found.id).where(
        found.sku_folded >= beginning, found.sku_folded < beginning + _LAST_CHARACTER
    )
    by_title = select(found.id).where(found.product_id.in_(select(Product.id).where(titled)))
    return Offer.id.in_(union_all(by_sku, by_title))


def offer_in(scope: Scope, offer_id: int) -> Offer:
    """One offer within `scope`, with what its page shows; one SQL statement. `NotFound` without."""
    statement = (
        select(Offer)
        .where(Offer.id == offer_id, within(scope, Offer.seller_id))
        .options(
            joinedload(Offer.product).joinedload(Product.model),
            joinedload(Offer.product).joinedload(Product.category),
            joinedload(Offer.seller),
        )
    )
    offer = db.session.scalars(statement).one_or_none()
    if offer is None:
        raise NotFound
    return offer


def category_names() -> list[tuple[str, str]]:
    """(slug, name) of all, in the shop's order; one SQL statement."""
    rows = db.session.scalars(select(Category).order_by(Category.position, Category.id))
    return [(row.slug, category_name(row)) for row in rows]


def sellers(scope: Scope) -> list[tuple[int, str]]:
    """(id, name) of those within `scope`, by name; one SQL statement."""
    statement = (
        select(Seller.id, Seller.name).where(within(scope, Seller.id)).order_by(Seller.name, Seller.id)
    )
    return [(row.id, row.name) for row in db.session.execute(statement)]


def traders(scope: Scope) -> list[tuple[int, str, str]]:
    """(id, slug, name) of the sellers within `scope`, by name; one SQL statement."""
    statement = select(Seller.id, Seller.slug, Seller.name).where(within(scope, Seller.id))
    return [
        (row.id, row.slug, row.name) for row in db.session.execute(statement.order_by(Seller.name, Seller.id))
    ]
