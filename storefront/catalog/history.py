"""The history of prices: each change is written down in the transaction that makes it, and never altered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from ..accounts.models import Person
from ..core.database import db
from .models import PRICE_SOURCES, PriceChange

DESK, FILE = PRICE_SOURCES
# What a page shows of it.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Repricing:
    """An offer whose price changes, in minor units."""

    offer_id: int
    from_minor: int
    to_minor: int


@dataclass(frozen=True, slots=True)
class PastPrice:
    """A change of price as a page tells it; `by` is the person's name, empty where nobody is known."""

    at: datetime
    by: str
    source: str
    from_minor: int
    to_minor: int


def note_prices(changes: Iterable[Repricing], *, source: str, person_id: int | None, at: datetime) -> None:
    """Write these down within the caller's transaction; one SQL statement."""
    rows = [
        {
            "offer_id": change.offer_id,
            "at": at,
            "person_id": person_id,
            "source": source,
            "from_minor": change.from_minor,
            "to_minor": change.to_minor,
        }
        for change in changes
        if change.from_minor != change.to_minor
    ]
    if rows:
        db.session.execute(insert(PriceChange), rows)


def price_history(offer_id: int) -> list[PastPrice]:
    """The last changes of an offer's price, the newest first; one SQL statement."""
    statement = (
        select(
            PriceChange.at,
            Person.name,
            PriceChange.source,
            PriceChange.from_minor,
            PriceChange.to_minor,
        )
        .outerjoin(Person, PriceChange.person_id == Person.id)
        .where(PriceChange.offer_id == offer_id)
        .order_by(PriceChange.id.desc())
        .limit(SHOWN)
    )
    return [
        PastPrice(row.at, row.name or "", row.source, row.from_minor, row.to_minor)
        for row in db.session.execute(statement)
    ]
