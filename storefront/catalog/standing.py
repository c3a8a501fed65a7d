"""Where an offer stands on its card today, and what it would take to stand first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ..core.database import db
from ..sellers.models import Seller
from .finder import current_finder
from .models import Offer
from .offer_file import HIGHEST_PRICE_MINOR
from .rules import Turns, by_value
from .sale import counted, room_of
from .valuing import JUDGED, buyable, rival, usual_price
from .winning import Contender, winning_price


@dataclass(frozen=True, slots=True)
class Standing:
    """An offer among those in stock of its product and grade; prices in minor units, `value` in (0, 1).

    `seen` says whether shoppers see it at all; where they don't, the rest is as if they did. `winning` is the highest
    price at which it would be first: none, if no price would do, and `any_price` if all would. `turn`: a newcomer's
    turn is part of its value today.
    """

    seen: bool
    place: int
    of: int
    usual: int
    value: float
    winning: int | None
    any_price: bool
    turn: bool


def standing_of(offer: Offer) -> Standing:
    """Its place by the figures that searches and pages rank by; one SQL statement, and one to catch up."""
    finder = current_finder()
    finder.catch_up()
    others = _others(offer)
    own_risk = _risk(offer, offer.seller.risk, finder.turns)
    usual = usual_price([offer, *others])
    own = rival(offer, offer.seller, own_risk, usual)
    ranked = by_value([own, *(rival(row, row, _risk(row, row.risk, finder.turns), usual) for row in others)])
    winning = winning_price(
        Contender(offer.id, offer.price_minor, own_risk),
        [Contender(row.id, row.price_minor, _risk(row, row.risk, finder.turns)) for row in others],
    )
    return Standing(
        seen=bool(counted(offer.stock, room_of(offer.seller))),
        place=ranked.index(own) + 1,
        of=len(ranked),
        usual=round(usual),
        value=own.value,
        winning=winning,
        any_price=winning == HIGHEST_PRICE_MINOR,
        turn=own.usual_value is not None,
    )


def _others(offer: Offer) -> list[Any]:
    statement = (
        select(
            Offer.id,
            Offer.product_id,
            Offer.grade,
            Offer.price_minor,
            Offer.seller_id,
            *JUDGED,
        )
        .join(Seller, Offer.seller_id == Seller.id)
        .where(
            Offer.product_id == offer.product_id,
            Offer.grade == offer.grade,
            Offer.id != offer.id,
            *buyable(),
        )
    )
    return list(db.session.execute(statement))


def _risk(row: Any, own: float, turns: Turns) -> float:
    return turns.risk(own, seller_id=row.seller_id, product_id=row.product_id, grade=row.grade)
