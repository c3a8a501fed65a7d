"""What repairs under guarantee ask of sellers and of the shop: the same conditions for the desk's list and numbers."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select

from ...orders.models import OrderLine
from .models import Referral
from .rules import ACCEPTED, DECLINED, EXPIRED, GUARANTEE, NOT_REPAIRABLE, SENT

# The seller has a device to repair; or it was not repaired, and is to be replaced or paid back.
REPAIR, SETTLE = NEEDS = ("repair", "settle")
# Later, whatever was agreed on was agreed on elsewhere.
_SETTLED_AFTER = timedelta(days=60)


def needs(need: str, *, now: datetime) -> ColumnElement[bool]:
    """The condition on `Referral` for one of `NEEDS`."""
    if need == REPAIR:
        return and_(Referral.kind == GUARANTEE, Referral.state.in_((SENT, ACCEPTED)))
    kept = (
        select(OrderLine.id)
        .where(OrderLine.id == Referral.line_id, OrderLine.returned_at.is_(None))
        .correlate(Referral)
        .exists()
    )
    return and_(
        Referral.kind == GUARANTEE,
        Referral.state.in_((DECLINED, EXPIRED, NOT_REPAIRABLE)),
        Referral.ended_at > now - _SETTLED_AFTER,
        kept,
    )
