"""Google's product feed, line by line: one item a card (a product in a grade), as its page shows it.

Fields and their limits: https://support.google.com/merchants/answer/7052112. There is no `image_link`, which Google
asks for: the shop's drawings are no pictures of the goods, and Google refuses drawings (docs/moving-in.md).
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..config import Settings
from ..core.database import db
from ..core.money import Money
from ..house.rules import parcel_price
from ..house.running import home_zone
from .finder import current_finder
from .labels import colour_label, grade_label, grade_summary
from .models import Offer, Product
from .rules import shortened
from .titles import category_name, description_of, title_of
from .valuing import offer_rows
from .weights import weight_of

FIELDS = (
    "id", "title", "description", "link", "availability", "price", "condition", "brand", "gtin", "identifier_exists",
    "item_group_id", "color", "product_type", "shipping",
)  # fmt: skip
# Google's own limits, and a lower one for descriptions: the first lines are what it shows.
MOST_ID, MOST_TITLE, MOST_DESCRIPTION = 50, 150, 1_000
BATCH = 1_000
# What sellers' own words must not say of a used device (French decree 2022-190), nor Google shows.
_FORBIDDEN = re.compile(
    r"(?:comme|à|a|(?:é|e)tat|presque|quasi(?:ment)?|flambant)[\s-]+neu(?:fs?|ves?)\b|remise?s?\s+à\s+neu[f]"
    r"|\b(?:like|as|brand|nearly|almost)[\s-]+ne[w]\b",
    re.IGNORECASE,
)
# Signs that a spreadsheet would begin a formula with say nothing at the beginning of a text.
_FORMULA = "=+-@ "


def google_lines(settings: Settings) -> Iterator[str]:
    """The feed, some items at a time, in the language of the moment; two SQL statements whatever there is to sell."""
    finder = current_finder()
    finder.catch_up()
    featured = _featured()
    maker = _Items(settings)
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(FIELDS)
    for rows in db.session.execute(_offers()).partitions(BATCH):
        writer.writerows(maker.item(row) for row in rows if row.id in featured)
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _featured() -> set[int]:
    """The ids of the offers that stand first on their cards: the prices that the pages show. One SQL statement."""
    best: dict[tuple[int, str], tuple[float, int, int]] = {}
    for offer in offer_rows(current_finder().turns):
        card, rank = (offer.product_id, offer.grade), (-offer.value, offer.price, offer.id)
        if card not in best or rank < best[card]:
            best[card] = rank
    return {offer_id for _value, _price, offer_id in best.values()}


def _offers() -> Any:
    product = (joinedload(Product.model), joinedload(Product.brand), joinedload(Product.category))
    return (
        select(Offer.id, Offer.grade, Offer.price_minor, Product)
        .join(Offer.product)
        .where(Offer.stock > 0)
        .options(*product)
        .order_by(Offer.product_id, Offer.id)
        .execution_options(yield_per=BATCH)
    )


class _Items:
    """Makes an item of an offer."""

    def __init__(self, settings: Settings) -> None:
        self.currency = settings.shop.currency
        self.country = settings.shop.country
        self.packing_g = settings.shipping.packing_g
        self.method = home_zone().methods[0]
        # Made once: an address for each of 100,000 offers would take longer than all the rest.
        self.before, self.after = (
            settings.shop.url + url_for("catalog.product", slug="SLUG", grade="GRADE")
        ).split("SLUG")

    def item(self, row: Any) -> list[str]:
        """The cells of one item, in the order of `FIELDS`."""
        product: Product = row.Product
        grade = row.grade
        said = _("%(title)s, refurbished, grade %(grade)s", title=title_of(product), grade=grade_label(grade))
        group = product.model.slug if product.model else product.slug
        return [
            f"{product.id}-{grade}",
            clean(said, MOST_TITLE),
            clean(f"{grade_summary(grade)}. {description_of(product)}", MOST_DESCRIPTION),
            f"{self.before}{product.slug}{self.after.replace('GRADE', grade)}",
            "in_stock",
            self._price(row.price_minor),
            "refurbished",
            clean(product.brand.name, 70) if product.brand else "",
            product.ean or "",
            "yes" if product.ean else "no",
            shortened(f"{group}-{grade}", MOST_ID),
            clean(colour_label(product.colour), 100) if product.colour else "",
            category_name(product.category),
            f"{self.country}:::{self._price(self._shipping(product, row.price_minor))}",
        ]

    def _shipping(self, product: Product, price_minor: int) -> int:
        return parcel_price(
            self.method, weight_g=weight_of(product) + self.packing_g, goods_minor=price_minor
        )

    def _price(self, minor: int) -> str:
        return f"{Money(minor, self.currency).amount:f} {self.currency}"


def clean(text: str, longest: int) -> str:
    """A text of one line of at most `longest` characters, without what may not be said, or begin a formula."""
    plain = " ".join(_FORBIDDEN.sub(" ", text).split()).lstrip(_FORMULA)
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"
