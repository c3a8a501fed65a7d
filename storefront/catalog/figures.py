"""What an offer's place is worked out from, figure by figure: for the operator who asks why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ..core.database import db
from ..sellers.models import Seller
from .models import Offer
from .rules import Turns, list_value, value
from .valuing import buyable, by_card, usual_price


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one offer: prices in minor units, all else in (0, 1).

    `risk` is the seller's own; `turn_risk` and `list_risk` are what it counts as on its card and among other devices,
    less than the own one at a newcomer's turn only.
    """

    seller: str
    price: int
    usual: float
    risk: float
    turn_risk: float
    list_risk: float

    @property
    def value(self) -> float:
        return float(value(self.price, self.usual, self.turn_risk))

    @property
    def list_value(self) -> float:
        return float(list_value(self.price, self.usual, self.list_risk))

    @property
    def is_turn(self) -> bool:
        return self.turn_risk < self.risk


def figures(offer_ids: Iterable[int], turns: Turns) -> dict[int, Figures]:
    """The figures of these offers, as far as they can be bought; one SQL statement."""
    wanted = set(offer_ids)
    products = select(Offer.product_id).where(Offer.id.in_(wanted))
    statement = (
        select(
            Offer.id,
            Offer.product_id,
            Offer.grade,
            Offer.price_minor,
            Offer.seller_id,
            Seller.name,
            Seller.risk,
        )
        .join(Seller, Offer.seller_id == Seller.id)
        .where(Offer.product_id.in_(products), *buyable())
    )
    return {
        row.id: _figures(row, usual_price(rows), turns)
        for rows in by_card(db.session.execute(statement)).values()
        for row in rows
        if row.id in wanted
    }


def _figures(row: Any, usual: float, turns: Turns) -> Figures:
    place = {"seller_id": row.seller_id, "product_id": row.product_id, "grade": row.grade}
    return Figures(
        seller=row.name,
        price=row.price_minor,
        usual=usual,
        risk=row.risk,
        turn_risk=turns.risk(row.risk, **place),
        list_risk=turns.list_risk(row.risk, **place),
    )
