"""Working out what to propose: by the allocation, from live offers. It may take seconds, and holds no lock then."""

from datetime import datetime

from ...core.clock import shop_day
from ...core.database import db
from ..allocation.queries import supplies_for
from ..allocation.rules import Allotment
from ..allocation.solver import alternatives
from ..wishes.rules import Request


def worked_out(request: Request, *, now: datetime) -> tuple[Allotment, ...]:
    """Up to three ways to fill a request from what is in stock now. Not to be called within a transaction."""
    today = shop_day(now)
    problem = supplies_for(request, today)
    # Solving takes its time: nobody shall wait for this connection meanwhile.
    db.session.rollback()
    return alternatives(problem)
