"""What verbs on a quote have in common: nothing has changed meanwhile, the table allows it, what is due is noted."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from ...core.database import db
from . import labels, queries
from .errors import QuoteChanged, QuoteRefused
from .models import Quote, QuoteVersion
from .rules import BLANK_AFTER, LIVE, MOST_VERSIONS, ORDERED, target


def opened(quote_id: int, seen: int | None) -> Quote:
    """The quote, locked. `seen` is the `version` that a person decided on, none where nobody looked at a page.

    Raises `QuoteChanged` when something happened to it since.
    """
    return as_seen(queries.locked(quote_id), seen)


def as_seen(quote: Quote, seen: int | None) -> Quote:
    """The quote, which must be locked; raises `QuoteChanged` when somebody decided on another version."""
    if seen is not None and seen != quote.version:
        raise QuoteChanged(
            _(
                "Something has happened to this quote meanwhile: it is “%(state)s” now. Nothing was done; please look "
                "again.",
                state=labels.state_label(quote.state),
            )
        )
    return quote


def move(quote: Quote, verb: str, *, side: str, now: datetime) -> None:
    """Do `verb`, or raise `QuoteRefused`. The quote must be locked."""
    after = quote.state = check(quote, verb, side=side)
    if after in LIVE:
        quote.ended_at = quote.blank_at = None
        return
    if quote.ended_at is None:
        quote.ended_at = now
        # What was ordered is kept with its order.
        quote.blank_at = None if after == ORDERED else now + BLANK_AFTER
    quote.expires_at = quote.remind_at = None


def check(quote: Quote, verb: str, *, side: str) -> str:
    """The state that `verb` leads to. Raises `QuoteRefused`."""
    after = target(verb, side, quote.state)
    if after is None:
        raise QuoteRefused(
            _(
                "This can't be done to the quote: it is “%(state)s” now.",
                state=labels.state_label(quote.state),
            )
        )
    return after


def add_version(
    quote: Quote,
    kind: str,
    *,
    side: str,
    now: datetime,
    person_id: int | None = None,
    note: str = "",
    **values: Any,
) -> QuoteVersion:
    """Freeze this moment. What a version doesn't say (`values`) is as in the one before it.

    Raises `QuoteRefused` where a quote has changed more often than a page can show.
    """
    if len(quote.versions) >= MOST_VERSIONS:
        raise QuoteRefused(
            _("This quote has changed so often that a new request is clearer: please begin one.")
        )
    kept = ("payment", "invoice_days", "wanted_on", "vat_only", "terms", "request_of")
    last = quote.versions[-1] if quote.versions else None
    before = {name: getattr(last, name) for name in kept} if last else {}
    version = QuoteVersion(
        number=quote.version + 1,
        kind=kind,
        by_side=side,
        person_id=person_id,
        at=now,
        note=note,
        **{**before, **values},
    )
    version.wishes, version.lines, version.parcels = [], [], []
    quote.versions.append(version)
    db.session.flush()
    return version
