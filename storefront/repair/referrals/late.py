"""Claims that the law's term has passed: 30 days from the asking to repair or replace (`orders.dates.conform_by`).

Nothing ends by it. Who claimed is told what may be asked for instead, the seller that it may be, and Today counts it.
"""

from datetime import datetime

from sqlalchemy import select

from ...core.database import db
from ...orders.models import OrderLine
from . import letters, queries
from .models import Referral
from .moves import record
from .rules import CUSTOMER, REPAIRER, SYSTEM, UNSETTLED


def tell_late(*, now: datetime, limit: int) -> int:
    """Tell both sides of each claim whose term is over; returns how many."""
    return sum(_tell(referral_id, now) for referral_id in queries.due("late_at", now, limit=limit))


def _tell(referral_id: int, now: datetime) -> bool:
    referral = queries.locked(referral_id)
    if referral.late_at is None or referral.late_at > now:
        return False
    referral.late_at = None
    if referral.state not in UNSETTLED or _went_back(referral):
        return False
    record(referral, "late", side=SYSTEM, now=now)
    for side in (CUSTOMER, REPAIRER):
        letters.tell(referral, side, "late", now=now)
    return True


def _went_back(referral: Referral) -> bool:
    back = select(OrderLine.returned_at).where(OrderLine.id == referral.line_id)
    return db.session.scalar(back) is not None
