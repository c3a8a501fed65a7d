"""Catalogues that hypothesis makes up, put straight into a shop's database: few values of each kind, so that ties, sold
out offers, suspended sellers and empty results are all common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from storefront.catalog.changes import raise_generation
from storefront.catalog.finder import current_finder
from storefront.catalog.models import Brand, CatalogChange, Category, Offer, Product
from storefront.catalog.rules import GRADES
from storefront.catalog.standard import category_values
from storefront.core.database import db, transaction
from storefront.sellers.models import Seller

from .makers import NOW

WORDS = ("iPhone", "Galaxy", "12", "S21", "128 Go", "Pro", "téléphone", "laptop", "Étui", "noir")
BRANDS = ("Apple", "Samsung")
CATEGORIES = ("smartphones", "laptops")
COLOURS = ("black", "blue", None)
STORAGES = (64, 1024, None)
PRICES = (50_00, 100_00, 150_00, 200_00)
BATTERIES = (None, 80, 95)


@dataclass(frozen=True)
class MadeUp:
    """Sellers as (risk, standing); products and offers as rows whose `product` and `seller` count from 0."""

    sellers: tuple[tuple[float, str], ...]
    products: tuple[dict[str, Any], ...]
    offers: tuple[dict[str, Any], ...]


titles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True).map(" ".join)
sellers = st.tuples(
    st.sampled_from((0.005, 0.01, 0.03, 0.08, 0.3)),
    st.sampled_from(("active", "active", "active", "probation", "suspended")),
)
products = st.fixed_dictionaries(
    {
        "title": titles,
        "brand": st.sampled_from((*BRANDS, None)),
        "category": st.sampled_from(CATEGORIES),
        "storage_gb": st.sampled_from(STORAGES),
        "colour": st.sampled_from(COLOURS),
        "age": st.integers(0, 2),
    }
)


@st.composite
def catalogues(draw: st.DrawFn) -> MadeUp:
    some_sellers = tuple(draw(st.lists(sellers, min_size=1, max_size=4)))
    some_products = tuple(draw(st.lists(products, min_size=1, max_size=10)))
    offers = st.fixed_dictionaries(
        {
            "product": st.integers(0, len(some_products) - 1),
            "seller": st.integers(0, len(some_sellers) - 1),
            "grade": st.sampled_from(GRADES),
            "price_minor": st.sampled_from(PRICES),
            "stock": st.sampled_from((0, 1, 5)),
            "battery_percent": st.sampled_from(BATTERIES),
            "guarantee_months": st.sampled_from((12, 24)),
        }
    )
    return MadeUp(some_sellers, some_products, tuple(draw(st.lists(offers, max_size=40))))


def fill(app: Flask, goods: MadeUp) -> None:
    """Make these the shop's goods, in the place of whatever it had; offer number N has the sku `N`."""
    with app.app_context():
        with transaction():
            for table in (Offer, Product, Seller, CatalogChange):
                db.session.execute(delete(table))
            _add_sellers(goods.sellers)
            _add_products(goods.products)
            _add_offers(goods.offers)
            # With no outbox to follow, everything is read anew.
            raise_generation()
        finder = current_finder()
        finder.follow()
        assert finder.write_words()
        db.session.remove()


def _add_sellers(sellers: Sequence[tuple[float, str]]) -> None:
    rows = [
        {"id": number, "slug": f"s{number}", "name": f"S{number}", "risk": risk, "standing": standing}
        | {"joined_on": NOW.date(), "finished_lines": 400}
        for number, (risk, standing) in enumerate(sellers, start=1)
    ]
    db.session.execute(insert(Seller), rows)


def _add_products(products: Sequence[dict[str, Any]]) -> None:
    categories = {row.slug: row.id for row in db.session.execute(select(Category.slug, Category.id))}
    for slug in set(CATEGORIES) - categories.keys():
        category = Category(**category_values(slug, slug))
        db.session.add(category)
        db.session.flush()
        categories[slug] = category.id
    brands = {row.name: row.id for row in db.session.execute(select(Brand.name, Brand.id))}
    for name in set(BRANDS) - brands.keys():
        brand = Brand(slug=name.lower(), name=name)
        db.session.add(brand)
        db.session.flush()
        brands[name] = brand.id
    rows = [
        {"id": number, "slug": f"p{number}", "identity": f"p{number}", "title": product["title"]}
        | {"brand_id": brands.get(product["brand"]), "category_id": categories[product["category"]]}
        | {"storage_gb": product["storage_gb"], "colour": product["colour"], "description": ""}
        | {"created_at": NOW - timedelta(days=product["age"])}
        for number, product in enumerate(products, start=1)
    ]
    db.session.execute(insert(Product), rows)


def _add_offers(offers: Sequence[dict[str, Any]]) -> None:
    rows = [
        {"id": number, "sku": str(number), "product_id": offer["product"] + 1}
        | {"seller_id": offer["seller"] + 1, "vat_scheme": "margin", "created_at": NOW}
        | {name: value for name, value in offer.items() if name not in ("product", "seller")}
        for number, offer in enumerate(offers, start=1)
    ]
    if rows:
        db.session.execute(insert(Offer), rows)
