"""What repairs under guarantee ask of sellers and of the shop: the same conditions for the desk's list and numbers."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from ...core.clock import shop_day
from ...orders.models import OrderLine
from .models import Referral
from .rules import ACCEPTED, DECLINED, EXPIRED, GUARANTEE, NOT_REPAIRABLE, SENT, UNSETTLED

# The seller has a device to repair; it was not repaired, and is to be replaced or paid back; the law's term is over.
REPAIR, SETTLE, LATE = NEEDS = ("repair", "settle", "late")
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
    lately = or_(Referral.ended_at.is_(None), Referral.ended_at > now - _SETTLED_AFTER)
    if need == LATE:
        open_still = and_(Referral.conform_by < shop_day(now), Referral.state.in_(UNSETTLED))
    else:
        open_still = Referral.state.in_((DECLINED, EXPIRED, NOT_REPAIRABLE))
    return and_(Referral.kind == GUARANTEE, open_still, lately, kept)
