"""Sellers' own volume discounts: read for an allocation, and changed at the desk."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import delete, select

from ...core.database import db
from ...sellers.models import Seller
from .models import VolumeDiscount
from .rules import Tier

# How many a seller may have, and from how many units up to how many percent.
MOST_TIERS = 5
FEWEST_UNITS, MOST_UNITS = 2, 500
LEAST_PERCENT, MOST_PERCENT = 1, 50


def tiers_of(seller_ids: Collection[int]) -> dict[int, tuple[Tier, ...]]:
    """By seller, from the fewest units on; nothing for a seller without any. One SQL statement."""
    statement = select(VolumeDiscount).where(VolumeDiscount.seller_id.in_(sorted(seller_ids)))
    found: dict[int, list[Tier]] = defaultdict(list)
    for row in db.session.scalars(statement.order_by(VolumeDiscount.seller_id, VolumeDiscount.from_units)):
        found[row.seller_id].append(Tier(row.from_units, row.percent))
    return {seller_id: tuple(tiers) for seller_id, tiers in found.items()}


def replace_tiers(seller_id: int, tiers: Sequence[Tier]) -> None:
    """Let these be the seller's tiers from now on. What was quoted keeps its prices."""
    # Two at once wait for each other here, and the later one's tiers stay: whole, and none of the other's.
    db.session.scalars(select(Seller.id).where(Seller.id == seller_id).with_for_update()).one()
    db.session.execute(delete(VolumeDiscount).where(VolumeDiscount.seller_id == seller_id))
    db.session.add_all(
        VolumeDiscount(seller_id=seller_id, from_units=tier.from_units, percent=tier.percent)
        for tier in tiers
    )
    db.session.flush()
