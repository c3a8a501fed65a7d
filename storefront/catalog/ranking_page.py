"""`/how-we-rank`: the formula at work on a card of the live shop, in figures that a shopper can recompute."""

from dataclasses import dataclass

import numpy as np
from flask import url_for
from sqlalchemy import select

from search import Query
from search.ranking import LAM

from ..config import current_settings
from ..core.database import db
from ..core.money import Money
from ..sellers.models import Seller
from .finder import current_finder
from .models import Offer, Product
from .rules import HARM, OUTSTANDING_RISK, PRICE_FLOOR, STEEPNESS, TURN_SHARE, cost, newcomers_turn, value
from .titles import title_of

# A worked example needs rivals; the first card with this many is taken.
ENOUGH_RIVALS = 4
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class RankedOffer:
    """One line of the example. `risk` in (0, 1); `cost` is the price with the trouble it may bring."""

    seller: str
    price: Money
    risk: float
    finished_lines: int
    cost: Money
    value: float


@dataclass(frozen=True, slots=True)
class Example:
    """The offers of one card, the best value first, and the usual price (their median)."""

    title: str
    grade: str
    url: str
    usual: Money
    rows: tuple[RankedOffer, ...]


# The figures of the formula, from where they are used.
CONSTANTS = {
    "harm": HARM,
    "floor": PRICE_FLOOR,
    "steepness": STEEPNESS,
    "share": LAM,
    "turn_share": TURN_SHARE,
    "least_risk": OUTSTANDING_RISK,
}


def example() -> Example | None:
    """A card of today with enough offers to compare, or `None` in a shop that has none; at most 2 SQL statements."""
    finder = current_finder()
    finder.catch_up()
    hits = finder.engine.search(Query(per_page=_LOOKED_AT)).hits
    statement = (
        select(Offer, Seller, Product)
        .join(Offer.seller)
        .join(Offer.product)
        .where(
            Offer.product_id.in_([hit.product_id for hit in hits]),
            Offer.stock > 0,
            Seller.standing != "suspended",
        )
    )
    groups: dict[tuple[int, str], list[tuple[Offer, Seller, Product]]] = {}
    for offer, seller, product in db.session.execute(statement):
        groups.setdefault((product.id, offer.grade), []).append((offer, seller, product))
    for hit in hits:
        rows = groups.get((hit.product_id, hit.grade), [])
        # Where newcomers have their turn, the plain formula would not give the order shown.
        if len(rows) >= ENOUGH_RIVALS and not newcomers_turn(hit.product_id, hit.grade, finder.turns.day):
            return _example(rows)
    return None


def _example(rows: list[tuple[Offer, Seller, Product]]) -> Example:
    currency = current_settings().shop.currency
    prices = [float(offer.price_minor) for offer, _seller, _product in rows]
    usual = float(np.median(prices))
    offers = [
        RankedOffer(
            seller=seller.name,
            price=Money(offer.price_minor, currency),
            risk=seller.risk,
            finished_lines=seller.finished_lines,
            cost=Money(round(float(cost(float(offer.price_minor), usual, seller.risk))), currency),
            value=float(value(float(offer.price_minor), usual, seller.risk)),
        )
        for offer, seller, _product in rows
    ]
    first, _seller, product = rows[0]
    return Example(
        title=title_of(product),
        grade=first.grade,
        url=url_for("catalog.product", slug=product.slug, grade=first.grade),
        usual=Money(round(usual), currency),
        rows=tuple(sorted(offers, key=lambda offer: (-offer.value, offer.price.minor))),
    )
