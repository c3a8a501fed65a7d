"""What a results page must show, worked out slowly from the database; and what it shows, read from its HTML."""

import html
import re
import statistics
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from storefront.catalog.models import Brand, Category, Offer, Product
from storefront.catalog.rules import GRADES, Turns, list_value, newcomers_turn, value
from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.sellers.models import Seller
from storefront.sellers.newcomers import drawn_risks

FACETS = ("grade", "category", "brand", "storage", "colour")


@dataclass(frozen=True)
class Goods:
    """One offer in stock, with all that filters ask of it."""

    sku: str
    slug: str
    grade: str
    price: int
    battery: int | None
    guarantee: int
    worth: float
    listed: float
    facets: dict[str, str] = field(hash=False)

    @property
    def card(self) -> tuple[str, str]:
        return self.slug, self.grade


@dataclass(frozen=True)
class Asked:
    """Filters as an address has them; within a facet any choice will do."""

    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    min_price: int | None = None
    max_price: int | None = None
    battery_min: int | None = None

    def query(self) -> dict[str, list[str]]:
        query = {name: list(values) for name, values in self.choices.items()}
        if self.min_price is not None:
            query["min_price"] = [f"{self.min_price / 100:.2f}"]
        if self.max_price is not None:
            query["max_price"] = [f"{self.max_price / 100:.2f}"]
        if self.battery_min is not None:
            query["battery_min"] = [str(self.battery_min)]
        return query

    def of_offer(self, goods: Goods) -> bool:
        return (
            (self.min_price is None or goods.price >= self.min_price)
            and (self.max_price is None or goods.price <= self.max_price)
            and (self.battery_min is None or (goods.battery or 0) >= self.battery_min)
        )

    def of_facets(self, goods: Goods, but: str = "") -> bool:
        return all(
            goods.facets[name] in values for name, values in self.choices.items() if values and name != but
        )


def all_goods(app: Flask) -> list[Goods]:
    """Every offer that can be bought, with its value among its card's."""
    statement = (
        sa.select(Offer, Product, Category.slug, Brand.name, Seller.risk)
        .join(Product, Offer.product_id == Product.id)
        .join(Category, Product.category_id == Category.id)
        .outerjoin(Brand, Product.brand_id == Brand.id)
        .join(Seller, Offer.seller_id == Seller.id)
        .where(Offer.stock > 0, Seller.standing != "suspended")
    )
    with app.app_context():
        rows = db.session.execute(statement).all()
        drawn = drawn_risks(today=utcnow().date())
        prices: dict[tuple[int, str], list[int]] = {}
        for offer, *_ in rows:
            prices.setdefault((offer.product_id, offer.grade), []).append(offer.price_minor)
        goods = [
            Goods(
                sku=offer.sku,
                slug=product.slug,
                grade=offer.grade,
                price=offer.price_minor,
                battery=offer.battery_percent,
                guarantee=offer.guarantee_months,
                worth=float(
                    value(
                        float(offer.price_minor),
                        statistics.median(prices[product.id, offer.grade]),
                        _risk_today(offer, risk, drawn),
                    )
                ),
                listed=float(
                    list_value(
                        float(offer.price_minor),
                        statistics.median(prices[product.id, offer.grade]),
                        Turns(utcnow().date(), drawn).list_risk(
                            risk, seller_id=offer.seller_id, product_id=product.id, grade=offer.grade
                        ),
                    )
                ),
                facets={
                    "grade": offer.grade,
                    "category": category,
                    "brand": brand or "",
                    "storage": str(product.storage_gb or ""),
                    "colour": product.colour or "",
                },
            )
            for offer, product, category, brand, risk in rows
        ]
        db.session.remove()
    return goods


def _risk_today(offer: Offer, own: float, drawn: Mapping[int, float]) -> float:
    """A newcomer's is the drawn one where it is the newcomers' turn, if that is lower."""
    if offer.seller_id in drawn and newcomers_turn(offer.product_id, offer.grade, utcnow().date()):
        return min(own, drawn[offer.seller_id])
    return own


def expected_cards(goods: list[Goods], asked: Asked, *, but: str = "") -> dict[tuple[str, str], Goods]:
    """The cards that pass, each with the offer that shows it: the best value among its offers that pass."""
    cards: dict[tuple[str, str], Goods] = {}
    for one in goods:
        if asked.of_offer(one) and asked.of_facets(one, but):
            best = cards.get(one.card)
            if best is None or (-one.worth, one.price) < (-best.worth, best.price):
                cards[one.card] = one
    return cards


def expected_counts(goods: list[Goods], asked: Asked) -> dict[str, Counter[str]]:
    """For each facet the cards of each choice, the facet's own choices left out."""
    return {
        name: Counter(one.facets[name] for one in expected_cards(goods, asked, but=name).values())
        for name in FACETS
    }


@dataclass(frozen=True)
class ShownCard:
    slug: str
    grade: str
    sku: str
    price: int
    html: str


def shown_cards(page: TestResponse) -> list[ShownCard]:
    """The cards of a page, from its microdata."""
    found = []
    for block in re.findall(r'<li class="card".*?</li>', page.text, flags=re.DOTALL):
        url = html.unescape(re.search(r'itemprop="url" href="([^"]+)"', block)[1])  # type: ignore[index]
        slug, _, grade = url.rpartition("/p/")[2].partition("?grade=")
        sku = html.unescape(re.search(r'itemprop="sku" content="([^"]+)"', block)[1])  # type: ignore[index]
        price = Decimal(re.search(r'itemprop="price" value="([^"]+)"', block)[1])  # type: ignore[index]
        found.append(ShownCard(slug, grade, sku, int(price * 100), block))
    return found


def shown_total(page: TestResponse) -> int:
    return int(re.sub(r"\D", "", re.search(r'aria-live="polite">([\d,\u202f\xa0 ]+)', page.text)[1]))  # type: ignore[index]


def shown_counts(page: TestResponse) -> dict[str, dict[str, int]]:
    """The counts beside the choices, as far as the page shows them."""
    counts: dict[str, dict[str, int]] = {}
    pattern = r'<input type="checkbox" name="(\w+)" value="([^"]*)"[^>]*>[^<]*?\(([\d,]+)\)</label>'
    for name, choice, count in re.findall(pattern, page.text):
        counts.setdefault(name, {})[html.unescape(choice)] = int(count.replace(",", ""))
    return counts


def ticked(page: TestResponse) -> set[tuple[str, str]]:
    pattern = r'<input type="checkbox" name="(\w+)" value="([^"]*)"[^>]* checked'
    return {(name, html.unescape(choice)) for name, choice in re.findall(pattern, page.text)}


def pills(page: TestResponse) -> list[tuple[str, str]]:
    """(label, address) of each active filter."""
    pattern = r'<li><a class="on" href="([^"]+)"><span class="vh">[^<]*</span>(.*?) ×</a>'
    return [(html.unescape(label), html.unescape(url)) for url, label in re.findall(pattern, page.text)]


def grades_first(facet: str, counts: dict[str, int]) -> list[str]:
    """The order in which a facet's choices stand."""
    if facet == "grade":
        return [grade for grade in GRADES if grade in counts]
    if facet == "storage":
        return sorted(counts, key=int)
    return sorted(counts, key=lambda choice: (-counts[choice], choice))
