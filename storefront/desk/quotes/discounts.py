"""Sellers, and what of theirs is held for quotes: never for whom, nor what others sell beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from werkzeug.exceptions import NotFound

from ...catalog.models import Offer
from ...core.database import db
from ...fleet.allocation.models import VolumeDiscount
from ...fleet.quotes.models import Quote, UnitHold
from ...sellers.models import Seller
from ..access import Scope, within

MOST_HELD_SHOWN = 200


def sellers_in(scope: Scope) -> Sequence[Row[*tuple[Any, ...]]]:
    """Sellers by name, with how many tiers they have and the most percent; one SQL statement."""
    return db.session.execute(
        select(
            Seller.id,
            Seller.name,
            func.count(VolumeDiscount.id).label("tiers"),
            func.max(VolumeDiscount.percent).label("most"),
        )
        .outerjoin(VolumeDiscount, VolumeDiscount.seller_id == Seller.id)
        .where(within(scope, Seller.id))
        .group_by(Seller.id, Seller.name)
        .order_by(Seller.name, Seller.id)
    ).all()


def seller_named(scope: Scope, seller_id: int) -> str:
    """The seller's name; `NotFound` for one that isn't in scope."""
    name = db.session.scalar(select(Seller.name).where(Seller.id == seller_id, within(scope, Seller.id)))
    if name is None:
        raise NotFound
    return name


@dataclass(frozen=True, slots=True)
class Held:
    """Units of an offer that are out of stock for quotes, and until when the first of them are."""

    offer_id: int
    sku: str
    units: int
    until: datetime | None


def held_of(seller_id: int) -> list[Held]:
    """By SKU; one SQL statement."""
    statement = (
        select(Offer.id, Offer.sku, func.sum(UnitHold.quantity), func.min(Quote.expires_at))
        .select_from(UnitHold)
        .join(Offer, Offer.id == UnitHold.offer_id)
        .join(Quote, Quote.id == UnitHold.quote_id)
        .where(Offer.seller_id == seller_id)
        .group_by(Offer.id, Offer.sku)
        .order_by(Offer.sku, Offer.id)
        .limit(MOST_HELD_SHOWN)
    )
    return [
        Held(offer_id, sku, int(units), until)
        for offer_id, sku, units, until in db.session.execute(statement)
    ]
