"""What referrals tell the network of a repairer: how they ended, how they were rated, what was paid."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from ...core.database import Base, db
from ...core.money import Money
from .models import RepairEntry, SettledQuote


def note_outcome(*, repairer_id: int, reference: str, outcome: str, day: date, now: datetime) -> None:
    """One of `rules.OUTCOMES` of a referral. `reference` is its own for ever: the same told again changes nothing, told
    with another outcome the later one counts.
    """
    _note_entry(
        {"repairer_id": repairer_id, "reference": reference, "outcome": outcome, "ended_on": day}, now=now
    )


def note_rating(
    *, repairer_id: int, reference: str, stars: int, words: str, day: date, now: datetime
) -> None:
    """What a customer gave at the end, 1 to 5, and wrote: shown on the repairer's page unless the desk hides it.

    `reference` must be another one than the referral's outcome has: each is an entry of its own.
    """
    _note_entry(
        {
            "repairer_id": repairer_id,
            "reference": reference,
            "outcome": f"rated_{stars}",
            "ended_on": day,
            "words": words[:500],
        },
        now=now,
    )


def _note_entry(values: dict[str, Any], *, now: datetime) -> None:
    row = {"words": "", "hidden": False, **values, "recorded_at": now}
    kept = ("outcome", "ended_on", "words", "recorded_at")
    _upsert(RepairEntry, row, kept)


def note_price(
    *, repairer_id: int, reference: str, category: str, fault: str, price: Money, day: date
) -> None:
    """What a customer agreed to pay for a repair that was done; the same told again changes nothing."""
    row = {
        "repairer_id": repairer_id,
        "reference": reference,
        "category": category,
        "fault": fault,
        "price_minor": price.minor,
        "settled_on": day,
    }
    _upsert(SettledQuote, row, ("category", "fault", "price_minor", "settled_on"))


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


def _upsert(table: type[Base], row: dict[str, Any], kept: tuple[str, ...]) -> None:
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(row)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["repairer_id", "reference"],
            set_={name: statement.excluded[name] for name in kept},
        )
    )
