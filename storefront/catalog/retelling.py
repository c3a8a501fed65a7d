"""Mending what is said of a product that has no known model, when its only seller loads its row again."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select, update

from ..core.database import db
from .known import Place
from .models import Offer, Product
from .report import Report

_TEXTS = ("title", "description", "category_id", "brand_id", "ean", "model_text")


class Retelling:
    """What one file says anew of products; the first row of a product speaks for it, as when the product was made."""

    def __init__(self, report: Report, *, pretend: bool) -> None:
        self.report = report
        self.pretend = pretend
        self.told: set[str] = set()

    def of(self, places: Iterable[Place], products: Mapping[str, int], new: set[int]) -> set[int]:
        """Mend the products of these rows, `products` by identity; returns the ids of those that changed."""
        speakers: dict[int, Place] = {}
        for place in places:
            if place.identity not in self.told:
                self.told.add(place.identity)
                product_id = products[place.identity]
                if place.model_id is None and product_id > 0 and product_id not in new:
                    speakers[product_id] = place
        changes = _changes(speakers) if speakers else []
        self.report.retold += len(changes)
        if changes and not self.pretend:
            db.session.execute(update(Product), changes)
        return {change["id"] for change in changes}


def _changes(speakers: Mapping[int, Place]) -> list[dict[str, Any]]:
    """The new texts of products, by id, where they differ and no other seller offers the product."""
    sellers: dict[int, set[int]] = {}
    offers = select(Offer.product_id, Offer.seller_id).where(Offer.product_id.in_(speakers)).distinct()
    for offer in db.session.execute(offers):
        sellers.setdefault(offer.product_id, set()).add(offer.seller_id)
    products = select(Product.__table__).where(Product.id.in_(speakers)).order_by(Product.id)
    changes = []
    for row in db.session.execute(products):
        place = speakers[row.id]
        before = {name: getattr(row, name) for name in _TEXTS}
        after = before | _said(place)
        if after != before and sellers.get(row.id, set()) <= {place.seller_id}:
            changes.append({"id": row.id, **after})
    return changes


def _said(place: Place) -> dict[str, Any]:
    """What a row says; an empty cell says nothing, for a file of prices alone has no texts."""
    line = place.line
    said = {
        "title": line.title,
        "description": line.description,
        "category_id": place.category_id,
        "brand_id": place.brand_id,
        "ean": line.ean,
        "model_text": line.model,
    }
    return {name: value for name, value in said.items() if value}
