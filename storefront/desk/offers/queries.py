"""Offers as the desk lists them: found, narrowed and sorted by a fixed number of SQL statements."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload
from werkzeug.exceptions import NotFound

from ...catalog.bulk import MOST_OFFERS
from ...catalog.models import Category, Model, Offer, Product, folded_sku
from ...catalog.rules import slugify
from ...catalog.titles import category_name, configured
from ...core.database import db
from ...core.paging import Key, Page, page_of
from ...orders.selling import is_low
from ...sellers.models import Seller
from ..access import Scope, within
from .forms import OfferFilters

SIZE = 50
# Titles have storages in English.
_UNITS = {"go": "gb", "to": "tb"}
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


@dataclass(frozen=True, slots=True)
class Chosen:
    """An offer of a bulk change, titled in the reader's language."""

    id: int
    product_id: int
    title: str
    grade: str
    sku: str
    price_minor: int
    stock: int
    guarantee_months: int


def chosen_offers(scope: Scope, ids: Collection[int]) -> list[Chosen]:
    """The offers with these ids within `scope`, for a bulk change; one SQL statement."""
    return _for_bulk(within(scope, Offer.seller_id), Offer.id.in_(list(ids)))


def filtered_offers(scope: Scope, filters: OfferFilters, *, now: datetime) -> list[Chosen]:
    """All offers that the list would show, for a bulk change: one more than may be changed at once, at most."""
    return _for_bulk(*_conditions(scope, filters, now))


def _for_bulk(*conditions: ColumnElement[bool]) -> list[Chosen]:
    terms = (Offer.grade, Offer.sku, Offer.price_minor, Offer.stock, Offer.guarantee_months)
    product = (Product.title, Model.name, Product.storage_gb, Product.colour)
    statement = (
        select(Offer.id, Offer.product_id, *product, *terms)
        .join(Offer.product)
        .outerjoin(Product.model)
        .where(*conditions)
        .order_by(Offer.id)
        .limit(MOST_OFFERS + 1)
    )
    return [_chosen(row) for row in db.session.execute(statement)]


def _chosen(row: Any) -> Chosen:
    return Chosen(
        id=row.id,
        product_id=row.product_id,
        title=configured(row.name, row.storage_gb, row.colour) if row.name else row.title,
        grade=row.grade,
        sku=row.sku,
        price_minor=row.price_minor,
        stock=row.stock,
        guarantee_months=row.guarantee_months,
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
    """All words in the title, in any order, as they begin there; numbers whole. Or the SKU, from its beginning."""
    # A product's address is its title in plain small letters: accents and capitals don't matter there.
    words = [slugify(word) for word in text.split()]
    in_slug = [has_word(_UNITS.get(word, word)) for word in words if word]
    titled = and_(*in_slug) if in_slug else Product.title.contains(text, autoescape=True)
    # Both by their indexes, one after the other: what joins them by "or" looks through all offers.
    found = aliased(Offer)
    beginning = folded_sku(text)
    by_sku = select(found.id).where(
        found.sku_folded >= beginning, found.sku_folded < beginning + _LAST_CHARACTER
    )
    by_title = select(found.id).where(found.product_id.in_(select(Product.id).where(titled)))
    return Offer.id.in_(union_all(by_sku, by_title))


def has_word(word: str) -> ColumnElement[bool]:
    """Whether a word of a product's title begins like this one; a number whole."""
    # "12" is neither in 128 GB nor in a 512: what a bulk change of this list finds is meant.
    sought = f"-{word}-" if word[-1].isdigit() else f"-{word}"
    return ("-" + Product.slug + "-").contains(sought, autoescape=True)


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
