"""What sells, and is nearly gone."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select

from ..catalog.models import Offer
from .models import OrderLine, Parcel, ShopOrder

# An offer is low when this many units are left or fewer, and at least so many were sold within so many days: most
# second-hand things come one by one, and what nobody asks for need not be bought again.
FEW_LEFT = 2
SELLS_WELL = 2
LATELY = timedelta(days=30)


def is_low(now: datetime) -> ColumnElement[bool]:
    """The condition on `Offer` for what sells well and is nearly, or just, sold out."""
    # From the orders of these days to their lines: as a join, SQLite would go through all lines ever sold.
    orders = select(ShopOrder.id).where(ShopOrder.placed_at > now - LATELY)
    parcels = select(Parcel.id).where(
        Parcel.order_id.in_(orders), Parcel.status.not_in(("cancelled", "refused"))
    )
    sold = (
        select(OrderLine.offer_id)
        .where(OrderLine.parcel_id.in_(parcels))
        .group_by(OrderLine.offer_id)
        .having(func.sum(OrderLine.quantity) >= SELLS_WELL)
    )
    return and_(Offer.stock <= FEW_LEFT, Offer.id.in_(sold))
