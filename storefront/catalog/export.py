"""Offers as the shop's own CSV file, which its importer reads back without a change."""

import csv
import io
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Select, select

from ..config import Settings
from ..core.database import db
from ..core.money import Money
from ..core.spreadsheet_safe import escaped
from ..sellers.models import Seller
from .models import Brand, Category, Model, Offer, Product
from .offer_file import COLUMNS

# Rows that are in memory at a time.
BATCH = 500
# What a spreadsheet program of that language takes for the border between two cells.
DELIMITERS = {"fr": ";", "en": ","}


def native_lines(settings: Settings, *, seller: str = "") -> Iterator[str]:
    """The file, some rows at a time, of all offers or those of the seller with this slug; one SQL statement.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, which an import takes off again.
    """
    return _lines(settings, _offers().where(Seller.slug == seller) if seller else _offers())


def lines_of_sellers(settings: Settings, seller_ids: Collection[int]) -> Iterator[str]:
    """The same of the offers of these sellers (ids)."""
    return _lines(settings, _offers().where(Offer.seller_id.in_(sorted(seller_ids))))


def _lines(settings: Settings, offers: Select[*tuple[Any, ...]]) -> Iterator[str]:
    delimiter = DELIMITERS[settings.shop.language]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(COLUMNS)
    for rows in db.session.execute(offers).partitions(BATCH):
        writer.writerows(_cells(row, settings.shop.currency) for row in rows)
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _offers() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Offer.sku, Seller.slug.label("seller"), Product.title, Category.slug.label("category"), Offer.grade,
            Offer.price_minor, Offer.stock, Brand.name.label("brand"), Model.slug.label("model"), Product.model_text,
            Product.description, Product.storage_gb, Product.colour, Product.ean, Offer.battery_percent,
            Offer.guarantee_months, Offer.vat_scheme, Offer.purchase_price_minor, Offer.purchase_reference,
            Offer.purchase_date,
        )
        .join(Offer.seller)
        .join(Offer.product)
        .join(Product.category)
        .outerjoin(Product.brand)
        .outerjoin(Product.model)
        .order_by(Offer.seller_id, Offer.id)
        .execution_options(yield_per=BATCH)
    )  # fmt: skip


def _cells(row: Any, currency: str) -> list[str]:
    """One offer in the order of `offer_file.COLUMNS`."""
    cells = {
        "sku": row.sku,
        "seller": row.seller,
        "title": row.title,
        "category": row.category,
        "grade": row.grade,
        "price": _amount(row.price_minor, currency),
        "stock": row.stock,
        "brand": row.brand,
        "model": row.model or row.model_text,
        "description": row.description,
        "storage_gb": row.storage_gb,
        "colour": row.colour,
        "currency": currency,
        "ean": row.ean,
        "battery_percent": row.battery_percent,
        "guarantee_months": row.guarantee_months,
        "vat_scheme": row.vat_scheme,
        "purchase_price": _amount(row.purchase_price_minor, currency),
        "purchase_reference": row.purchase_reference,
        "purchase_date": row.purchase_date,
    }
    return ["" if cells[column] is None else escaped(str(cells[column])) for column in COLUMNS]


def _amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else f"{Money(minor, currency).amount:f}"
