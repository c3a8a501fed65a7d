"""A second catalogue, as other sellers write their titles, with its judged queries; no table of models behind it."""

import csv
from pathlib import Path

from search import Document, OfferRow
from storefront.catalog.rules import slugify

from .judging import Goods, Judged, judged_queries
from .makers import offer, product

_HERE = Path(__file__).parent


def heldout_queries() -> list[Judged]:
    return judged_queries(_HERE / "heldout.toml")


def heldout_goods() -> Goods:
    """One offer each, of middling value: only words count."""
    with (_HERE / "heldout.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    documents = [_document(id, row) for id, row in enumerate(rows, start=1)]
    return Goods(documents, [_offer(id, row) for id, row in enumerate(rows, start=1)])


def _document(id: int, row: dict[str, str]) -> Document:
    return product(
        id,
        row["title"],
        brand=row["brand"],
        description=row["description"],
        category=slugify(row["category"]),
        category_words=row["category"],
        storage=int(row["storage"]) if row["storage"] else None,
        colour=row["colour"] or None,
    )


def _offer(id: int, row: dict[str, str]) -> OfferRow:
    return offer(id, id, price=round(float(row["price"]) * 100))
