"""Proposing anew: what was held goes back, alternatives are worked out without a lock, and added if nobody was faster.

Killed in between, the quote has no alternatives: its page offers to work them out again.
"""

from collections.abc import Callable
from datetime import datetime

from ...core.database import transaction
from ..wishes.rules import Request
from . import actions, queries
from .models import Quote
from .solving import worked_out


def renew(quote_id: int, *, seen: int | None, now: datetime, person_id: int | None = None) -> None:
    """The same request, with what there is now. Raises `QuoteRefused`. Not to be called within a transaction."""
    _worked_out_after(
        lambda: actions.anew(quote_id=quote_id, seen=seen, now=now, person_id=person_id), now=now
    )


def revise(
    quote_id: int, request: Request, *, seen: int | None, now: datetime, person_id: int | None = None
) -> None:
    """Another request instead. Raises `QuoteRefused`, `FormInvalid`. Not to be called within a transaction."""
    _worked_out_after(
        lambda: actions.revise(quote_id=quote_id, request=request, seen=seen, now=now, person_id=person_id),
        now=now,
    )


def _worked_out_after(ask: Callable[[], Quote], *, now: datetime) -> None:
    with transaction():
        quote = ask()
        quote_id, seen, request = quote.id, quote.version, queries.request_of(quote)
    found = worked_out(request, now=now)
    with transaction():
        actions.offer(quote_id=quote_id, alternatives=found, seen=seen, now=now)
