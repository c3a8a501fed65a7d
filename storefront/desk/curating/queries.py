"""Models, categories and brands as the desk lists them: a fixed number of SQL statements, however many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import joinedload

from ...catalog.models import Brand, Category, Model, Offer, Product
from ...core.database import db
from ...core.paging import Page, page_of
from .forms import number_in

SIZE, CANDIDATES, PRODUCTS = 50, 20, 100
_LONGEST_WORDS = 80

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which models: whose name holds `words`, of a brand, of a category."""

    words: str
    brand_id: int | None
    category_id: int | None


def read_filters(fields: Mapping[str, str]) -> Filters:
    """From an address: what can't be read filters nothing."""
    words = " ".join(fields.get("q", "").replace("\0", "").split())[:_LONGEST_WORDS]
    return Filters(words, number_in(fields.get("brand", "")), number_in(fields.get("category", "")))


def models_page(filters: Filters, *, cursor: str) -> Page[AnyRow]:
    """By name, each with its number of offers; one statement."""
    offers = _count(
        select(func.count(Offer.id))
        .join(Product, Product.id == Offer.product_id)
        .where(Product.model_id == Model.id)
    )
    statement = _sifted(
        select(
            Model.id,
            Model.name,
            Brand.name.label("brand"),
            Category.name_en,
            Category.name_fr,
            Model.security_until,
            offers.label("offers"),
        )
        .join(Model.brand)
        .join(Model.category),
        filters,
    )
    return page_of(statement, by=(Model.name, Model.id), cursor=cursor, size=SIZE)


def _sifted(statement: Select[*tuple[Any, ...]], filters: Filters) -> Select[*tuple[Any, ...]]:
    for word in filters.words.split():
        statement = statement.where(Model.name.icontains(word, autoescape=True))
    if filters.brand_id is not None:
        statement = statement.where(Model.brand_id == filters.brand_id)
    if filters.category_id is not None:
        statement = statement.where(Model.category_id == filters.category_id)
    return statement


def _count(statement: Select[int]) -> ColumnElement[int]:
    return statement.scalar_subquery()


def model_called(model_id: int) -> Model | None:
    """With its brand and category; one statement."""
    return db.session.scalar(
        select(Model)
        .where(Model.id == model_id)
        .options(joinedload(Model.brand), joinedload(Model.category))
        .execution_options(populate_existing=True)
    )


def products_of(model_id: int) -> list[AnyRow]:
    """The first of its products by title, each with its number of offers; one statement."""
    offers = _count(select(func.count(Offer.id)).where(Offer.product_id == Product.id))
    statement = (
        select(Product.slug, Product.title, offers.label("offers"))
        .where(Product.model_id == model_id)
        .order_by(Product.title, Product.id)
        .limit(PRODUCTS)
    )
    return list(db.session.execute(statement))


def candidates(model: Model, words: str) -> list[AnyRow]:
    """Other models of its category that may be the same: with these words in their names, those of its brand first.

    One statement.
    """
    statement = (
        _sifted(
            select(Model.id, Model.name, Brand.name.label("brand")).join(Model.brand),
            Filters(words, None, model.category_id),
        )
        .where(Model.id != model.id)
        .order_by((Model.brand_id != model.brand_id), Model.name, Model.id)
        .limit(CANDIDATES)
    )
    return list(db.session.execute(statement))


def brand_names() -> list[tuple[int, str]]:
    """All brands by name; one statement."""
    return [
        (row.id, row.name) for row in db.session.execute(select(Brand.id, Brand.name).order_by(Brand.name))
    ]


def all_categories() -> list[Category]:
    """In the order of the shop; one statement."""
    return list(db.session.scalars(select(Category).order_by(Category.position, Category.id)))


def categories_counted() -> list[tuple[Category, int, int]]:
    """All categories in the order of the shop, with their numbers of models and products; one statement."""
    models = _count(select(func.count(Model.id)).where(Model.category_id == Category.id))
    products = _count(select(func.count(Product.id)).where(Product.category_id == Category.id))
    rows = db.session.execute(select(Category, models, products).order_by(Category.position, Category.id))
    return [(row[0], row[1], row[2]) for row in rows]


def category_called(category_id: int) -> Category | None:
    """One statement."""
    return db.session.scalar(
        select(Category).where(Category.id == category_id).execution_options(populate_existing=True)
    )


def brands_page(*, cursor: str) -> Page[AnyRow]:
    """By name, with their numbers of models; one statement."""
    models = _count(select(func.count(Model.id)).where(Model.brand_id == Brand.id))
    statement = select(Brand.id, Brand.name, Brand.slug, models.label("models"))
    return page_of(statement, by=(Brand.name, Brand.id), cursor=cursor, size=SIZE)


def brand_called(brand_id: int) -> Brand | None:
    """One statement."""
    return db.session.scalar(
        select(Brand).where(Brand.id == brand_id).execution_options(populate_existing=True)
    )
