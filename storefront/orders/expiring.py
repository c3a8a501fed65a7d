"""Orders whose time to pay is over give their units back, each in a transaction of its own.

Many in one would hold many offers' rows, in an order that no checkout follows, and PostgreSQL would have to end one of
two that wait for each other.
"""

from datetime import datetime

from ..core.database import db, transaction
from . import actions, queries

# One run of the periodic work lets at most so many orders go, so that its other tasks have their turn.
_AT_ONCE = 50


def expire_unpaid(*, now: datetime) -> int:
    """Cancel what was not paid (or not picked up) in time; returns how many orders. Not to be called within a
    transaction.
    """
    waiting = queries.overdue(now, limit=_AT_ONCE)
    db.session.rollback()
    expired = 0
    for order_id in waiting:
        with transaction():
            expired += actions.expire(order_id=order_id, now=now)
    return expired
