"""`/how-we-rank`: the formula at work on a card of the live shop, in figures that a shopper can recompute."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import select

from search import Query
from search.ranking import LAM

from ..config import current_settings
from ..core.database import db
from ..core.money import Money
from ..sellers.models import Seller
from ..sellers.rules import OUTCOME_WEIGHTS
from .finder import current_finder
from .models import Offer, Product
from .rules import HARM, OUTSTANDING_RISK, PRICE_FLOOR, STEEPNESS, TURN_SHARE, cost, newcomers_turn, value
from .titles import title_of
from .valuing import buyable, by_card, usual_price

# A worked example needs rivals; the first card with this many is taken.
ENOUGH_RIVALS = 4
_LOOKED_AT = 200
# Of a risk in (0, 1): the page shows percents with two digits.
SHOWN_DIGITS = 4


@dataclass(frozen=True, slots=True)
class RankedOffer:
    """One line of the example. `risk` in (0, 1); `cost` is the price with the trouble it may bring."""

    seller: str
    price: Money
    risk: float
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
    "weights": OUTCOME_WEIGHTS,
}


def example() -> Example | None:
    """A card of today with enough offers to compare, or `None` in a shop that has none; at most 2 SQL statements."""
    finder = current_finder()
    finder.catch_up()
    hits = finder.engine.search(Query(per_page=_LOOKED_AT)).hits
    statement = (
        select(Offer.product_id, Offer.grade, Offer.price_minor, Seller.name, Seller.risk, Product)
        .join(Offer.seller)
        .join(Offer.product)
        .where(*buyable(), Offer.product_id.in_([hit.product_id for hit in hits]))
    )
    cards = by_card(db.session.execute(statement))
    for hit in hits:
        rows = cards.get((hit.product_id, hit.grade), [])
        # Where newcomers have their turn, the plain formula would not give the order shown.
        if len(rows) >= ENOUGH_RIVALS and not newcomers_turn(hit.product_id, hit.grade, finder.turns.day):
            return _example(rows)
    return None


def _example(rows: list[Any]) -> Example:
    """Worked out from figures as the page shows them, so that a pocket calculator gives the same."""
    currency = current_settings().shop.currency
    usual = round(usual_price(rows))
    product: Product = rows[0].Product
    offers = [_ranked(row, usual, currency) for row in rows]
    return Example(
        title=title_of(product),
        grade=rows[0].grade,
        url=url_for("catalog.product", slug=product.slug, grade=rows[0].grade),
        usual=Money(usual, currency),
        rows=tuple(sorted(offers, key=lambda offer: (-offer.value, offer.price.minor))),
    )


def _ranked(row: Any, usual: int, currency: str) -> RankedOffer:
    risk = round(row.risk, SHOWN_DIGITS)
    return RankedOffer(
        seller=row.name,
        price=Money(row.price_minor, currency),
        risk=risk,
        cost=Money(round(float(cost(row.price_minor, usual, risk))), currency),
        value=float(value(row.price_minor, usual, risk)),
    )
