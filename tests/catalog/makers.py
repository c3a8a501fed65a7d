"""Goods for a test's shop, put there as a reseller would: through the importer."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import select, update

from storefront.catalog.changes import record_changes
from storefront.catalog.importer import Options, import_offers
from storefront.catalog.model_file import import_models
from storefront.catalog.models import Offer
from storefront.catalog.report import Report
from storefront.core.database import db, transaction
from storefront.sellers.models import Seller

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PHONE = {
    "sku": "A1",
    "seller": "Usine Seconde",
    "title": "iPhone 13 128 GB midnight",
    "category": "smartphones",
    "grade": "good",
    "price": "319.00",
    "stock": "2",
}
IPHONE_13 = {
    "model": "apple-iphone-13",
    "name": "iPhone 13",
    "brand": "Apple",
    "category": "smartphones",
    "released_on": "2021-09-24",
    "security_until": "2028-09-30",
    "new_price": "909.00",
    "new_price_on": "2021-09-24",
    "new_price_source": "launch price",
}


def as_csv(rows: Iterable[Mapping[str, Any]], *, delimiter: str = ",", line_end: str = "\n") -> str:
    """The rows as a CSV file with the columns of them all."""
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", delimiter=delimiter, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def phones(*changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of an offers file: `PHONE` with each of these changes, and skus of their own."""
    return [{**PHONE, "sku": f"A{number}", **change} for number, change in enumerate(changes, 1)]


def load_text(content: str | bytes, **options: Any) -> Report:
    """Load an offers file with this content into the shop of the current application."""
    path = Path(current_app.instance_path) / "offers.csv"
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return import_offers(path, Options(**options), settings=current_app.config["SETTINGS"], now=NOW)


def load(*changes: Mapping[str, Any], **options: Any) -> Report:
    """Load `phones(*changes)`, creating sellers and categories unless told otherwise."""
    return load_text(as_csv(phones(*changes)), **{"create": True, **options})


def load_models(*rows: Mapping[str, Any]) -> Report:
    path = Path(current_app.instance_path) / "models.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    with transaction():
        return import_models(path, currency="EUR")


def set_seller(slug: str, **values: Any) -> None:
    """Change a seller as its record or the operator would, and tell the catalogue."""
    with transaction():
        seller_id = db.session.execute(
            update(Seller).where(Seller.slug == slug).values(**values).returning(Seller.id)
        ).scalar_one()
        record_changes(
            db.session.scalars(select(Offer.product_id).where(Offer.seller_id == seller_id)), text=False
        )


def set_offer(sku: str, **values: Any) -> None:
    """Change an offer, and tell the catalogue."""
    with transaction():
        products = db.session.scalars(
            update(Offer).where(Offer.sku == sku).values(**values).returning(Offer.product_id)
        ).all()
        record_changes(products, text=False)


def stock(app: Flask, *changes: Mapping[str, Any]) -> Report:
    """Load offers into the shop `app` from outside any context of it; its sellers are no newcomers."""
    with app.app_context():
        report = load(*changes)
        assert report.problems == []
        with transaction():
            db.session.execute(update(Seller).values(standing="active", risk=0.03, finished_lines=400))
        app.extensions["finder"].write_words()
        db.session.remove()
    return report
