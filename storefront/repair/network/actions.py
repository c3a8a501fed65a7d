"""What referrals tell the network of a repairer: how they ended, how they were rated, what was paid."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from ...core.database import Base, db
from ...core.money import Money
from .models import RepairEntry, SettledQuote
from .rules import ELSE, answer


@dataclass(frozen=True, slots=True)
class Entry:
    """How a referral ended, or how it was rated (one of `rules.OUTCOMES`). `reference` is its own for ever: the same
    told again changes nothing, told with another outcome the later one counts.
    """

    repairer_id: int
    reference: str
    outcome: str
    ended_on: date
    words: str = ""


def note_outcome(*, repairer_id: int, reference: str, outcome: str, day: date, now: datetime) -> None:
    """How a referral ended."""
    note_entries([Entry(repairer_id, reference, outcome, day)], now=now)


def note_answer(*, repairer_id: int, reference: str, after: timedelta, day: date, now: datetime) -> None:
    """How long a repairer took to say yes or no; `reference` is another one than the outcome has."""
    note_entries([Entry(repairer_id, reference, answer(after), day)], now=now)


def note_rating(
    *, repairer_id: int, reference: str, stars: int, words: str, day: date, now: datetime
) -> None:
    """What a customer gave at the end, 1 to 5, and wrote: shown on the repairer's page unless the desk hides it.

    `reference` must be another one than the referral's outcome has: each is an entry of its own.
    """
    note_entries([Entry(repairer_id, reference, f"rated_{stars}", day, words[:500])], now=now)


def note_entries(entries: Iterable[Entry], *, now: datetime) -> None:
    """Many at once; no two of them of the same referral and kind."""
    rows = [{**asdict(entry), "hidden": False, "recorded_at": now} for entry in entries]
    for start in range(0, len(rows), 500):
        _upsert(RepairEntry, rows[start : start + 500], ("outcome", "ended_on", "words", "recorded_at"))


def note_price(
    *, repairer_id: int, reference: str, category: str, fault: str, price: Money, day: date
) -> None:
    """What a customer agreed to pay for a repair that was done; the same told again changes nothing.

    Things that have nothing in common have no usual price, so of those nothing is noted.
    """
    if category == ELSE:
        return
    row = {
        "repairer_id": repairer_id,
        "reference": reference,
        "category": category,
        "fault": fault,
        "price_minor": price.minor,
        "settled_on": day,
    }
    _upsert(SettledQuote, [row], ("category", "fault", "price_minor", "settled_on"))


def forget_words(*, repairer_id: int, reference: str) -> None:
    """What a customer wrote with a rating is gone; the stars count on."""
    db.session.execute(
        update(RepairEntry)
        .where(RepairEntry.repairer_id == repairer_id, RepairEntry.reference == reference)
        .values(words="")
    )


def hide_words(*, repairer_id: int, entry_id: int) -> None:
    """Show customers no more what one of them wrote; the rating counts all the same."""
    _set_hidden(repairer_id, entry_id, to=True)


def show_words(*, repairer_id: int, entry_id: int) -> None:
    """Show again what a customer wrote."""
    _set_hidden(repairer_id, entry_id, to=False)


def _set_hidden(repairer_id: int, entry_id: int, *, to: bool) -> None:
    db.session.execute(
        update(RepairEntry)
        .where(RepairEntry.id == entry_id, RepairEntry.repairer_id == repairer_id)
        .values(hidden=to)
    )


def _upsert(table: type[Base], rows: list[dict[str, Any]], kept: tuple[str, ...]) -> None:
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(rows)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["repairer_id", "reference"],
            set_={name: statement.excluded[name] for name in kept},
        )
    )
