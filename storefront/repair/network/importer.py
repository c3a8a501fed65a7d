"""Bringing a directory of repairers in: names and places, and nobody's word for it.

What it brings in is "listed": customers are shown nobody whom our own people haven't looked at, and what these decided
about a repairer no file undoes. Updated by the directory's own ids.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, insert, select, update

from ...catalog.rules import slugify
from ...core.database import db, transaction
from .directory import SOURCE, DirectoryReport, Listing, read_directory
from .models import Repairer, RepairerCategory
from .quality import risk_of_the_first
from .rules import LISTED

# Rows in one transaction: nobody else waits long for a turn to write.
_AT_ONCE = 1_000


def preview_directory(file: Path) -> DirectoryReport:
    """What importing the file would do; writes nothing. Raises `WrongTable`."""
    listings, report = read_directory(file)
    for batch in _batches(listings):
        _sort_out(batch, report)
    return report


def import_directory(file: Path, *, now: datetime) -> DirectoryReport:
    """Bring in or update all that the file lists. Raises `WrongTable`, having written nothing.

    Opens its own transactions, once the whole file is read: whoever is stopped in between begins again, and what is
    there already stays as it is.
    """
    listings, report = read_directory(file)
    for batch in _batches(listings):
        with transaction():
            plan = _sort_out(batch, report)
            _create(plan.new, now)
            _update(plan.changed)
    return report


def _batches(listings: Sequence[Listing]) -> Iterator[Sequence[Listing]]:
    return (listings[start : start + _AT_ONCE] for start in range(0, len(listings), _AT_ONCE))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to write: new entries, and changed ones with the ids that they have here."""

    new: list[Listing]
    changed: list[tuple[int, Listing]]


def _sort_out(batch: Sequence[Listing], report: DirectoryReport) -> _Plan:
    """Compare with what is there, and count; two SQL statements."""
    there = _there([listing.source_id for listing in batch])
    plan = _Plan([], [])
    for listing in batch:
        known = there.get(listing.source_id)
        if known is None:
            plan.new.append(listing)
        elif known.standing != LISTED:
            report.decided += 1
        elif known.listing != listing:
            plan.changed.append((known.id, listing))
        else:
            report.unchanged += 1
    report.created += len(plan.new)
    report.updated += len(plan.changed)
    return plan


@dataclass(frozen=True, slots=True)
class _There:
    id: int
    standing: str
    listing: Listing


def _there(source_ids: Sequence[str]) -> dict[str, _There]:
    rows = db.session.scalars(
        select(Repairer).where(Repairer.source == SOURCE, Repairer.source_id.in_(source_ids))
    ).all()
    categories: dict[int, set[str]] = {row.id: set() for row in rows}
    repaired = select(RepairerCategory.repairer_id, RepairerCategory.category).where(
        RepairerCategory.repairer_id.in_(list(categories))
    )
    for repairer_id, category in db.session.execute(repaired):
        categories[repairer_id].add(category)
    found = {
        str(row.source_id): _There(
            row.id,
            row.standing,
            Listing({name: getattr(row, name) for name in _COLUMNS}, frozenset(categories[row.id])),
        )
        for row in rows
    }
    # Thousands of them would stay in memory otherwise.
    db.session.expunge_all()
    return found


_COLUMNS = (
    "name", "phone", "website", "street", "postcode", "city", "country", "lat", "lon", "register_number",
    "bonus_label", "drop_off", "at_home", "hours", "source", "source_id", "licence_note", "search_text",
)  # fmt: skip


def _create(listings: Sequence[Listing], now: datetime) -> None:
    if not listings:
        return
    usual = {"standing": LISTED, "created_at": now, "risk": risk_of_the_first(), "mail_in": False}
    rows = [{**listing.values, **usual, "slug": _slug(listing)} for listing in listings]
    ids = db.session.scalars(
        insert(Repairer).returning(Repairer.id, sort_by_parameter_order=True), rows
    ).all()
    _repairs(zip(ids, listings, strict=True))


def _slug(listing: Listing) -> str:
    """The same for the same entry, and another than all others have."""
    plain = slugify(f"{listing.values['name']} {listing.values['city']}", 80)
    mark = hashlib.blake2s(listing.source_id.encode(), digest_size=5).hexdigest()
    return f"{plain}-{mark}".removeprefix("-")


def _update(changed: Sequence[tuple[int, Listing]]) -> None:
    if not changed:
        return
    db.session.execute(update(Repairer), [{"id": number, **listing.values} for number, listing in changed])
    ids = [number for number, _listing in changed]
    db.session.execute(delete(RepairerCategory).where(RepairerCategory.repairer_id.in_(ids)))
    _repairs(changed)


def _repairs(listings: Iterable[tuple[int, Listing]]) -> None:
    rows = [
        {"repairer_id": number, "category": category}
        for number, listing in listings
        for category in sorted(listing.categories)
    ]
    db.session.execute(insert(RepairerCategory), rows)
