"""The demo shop's goods as products and offers, without a database."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from search import Document, OfferRow
from storefront.catalog.standard import CATEGORIES
from storefront.demo.generator import offer_rows
from storefront.demo.tables import MODELS_CSV

# The day on which the demo shop is looked at: prices fall with age, so another day gives other prices.
DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Goods:
    documents: list[Document]
    offers: list[OfferRow]

    @property
    def cheapest(self) -> dict[int, int]:
        """The lowest price of each product, in minor units."""
        prices: dict[int, int] = {}
        for offer in self.offers:
            prices[offer.product_id] = min(offer.price, prices.get(offer.product_id, offer.price))
        return prices


def demo_goods() -> Goods:
    """Every product that has an offer in stock on `DAY`; all offers are of middling value."""
    with MODELS_CSV.open(encoding="utf-8", newline="") as file:
        models = {row["model"]: row for row in csv.DictReader(file)}
    rows = sorted(offer_rows(DAY, "EUR"), key=_product)
    goods = Goods([], [])
    for id, (_, same) in enumerate(groupby(rows, key=_product), start=1):
        offered = [row for row in same if row["stock"] != "0"]
        if offered:
            goods.documents.append(_document(id, offered[0], models.get(offered[0]["model"], {})))
            goods.offers.extend(
                _offer(id, len(goods.offers) + place, row) for place, row in enumerate(offered)
            )
    return goods


def _product(row: Mapping[str, str]) -> tuple[str, ...]:
    return row["title"], row["storage_gb"], row["colour"]


def _document(id: int, row: Mapping[str, str], model: Mapping[str, str]) -> Document:
    category = CATEGORIES[row["category"]]
    screen = f"{model['screen_in']} inch" if model.get("screen_in") else ""
    texts = (row["description"], model.get("description_en", ""), model.get("description_fr", ""), screen)
    released = model.get("released_on") or "2015-01-01"
    return Document(
        id=id,
        title=row["title"],
        brand=row["brand"],
        model=model.get("name", ""),
        description=" ".join(filter(None, texts)),
        category=row["category"],
        category_words=f"{category.words} {category.name_en} {category.name_fr}",
        storage=int(row["storage_gb"]) if row["storage_gb"] else None,
        colour=row["colour"] or None,
        freshness=(date.fromisoformat(released) - date(1970, 1, 1)).days,
    )


def _offer(product_id: int, id: int, row: Mapping[str, str]) -> OfferRow:
    return OfferRow(
        id=id,
        product_id=product_id,
        grade=row["grade"],
        price=round(float(row["price"]) * 100),
        stock=int(row["stock"]),
        value=0.5,
        battery=None,
        guarantee=int(row["guarantee_months"]),
        created=0,
    )
