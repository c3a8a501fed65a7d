"""The sellers file and the history file; `docs/import-format.md` describes both."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from stdnum.eu import vat

from ..core.cells import chosen, needed, optional, parsed, whole
from ..core.database import db
from ..core.tables import Problem, Row, Table, WrongCell
from .actions import Outcome, newcomers_risk, record_outcomes, sellers_changed
from .models import Seller
from .rules import OUTCOMES, SLUG, STANDINGS
from .standings import note_standing

T = TypeVar("T")

SELLER_REQUIRED = ("slug", "name", "country")
SELLER_TEXTS = {
    "legal_name": 200,
    "about_en": 5_000,
    "about_fr": 5_000,
    "address": 200,
    "postcode": 20,
    "city": 120,
    "region": 120,
    "phone": 40,
    "email": 254,
    "register_number": 40,
}
SELLER_COLUMNS = (
    *SELLER_REQUIRED,
    *SELLER_TEXTS,
    "vat_id",
    "handling_days",
    "standing",
    "joined_on",
    "guarantee_months",
)
HISTORY_REQUIRED = ("seller", "reference", "finished_on", "outcome")
_COUNTRY = re.compile("[A-Z]{2}")
# Rows told to the database at a time.
_BATCH = 5_000


@dataclass
class SellerReport:
    """What became of the rows of a sellers or history file."""

    loaded: int = 0
    changed: int = 0
    problems: list[Problem] = field(default_factory=list)


def import_sellers(path: Path, *, now: datetime) -> SellerReport:
    """Load sellers within the caller's transaction; one whose slug is known is changed."""
    report = SellerReport()
    known = {seller.slug: seller for seller in db.session.scalars(select(Seller))}
    risk = newcomers_risk(today=now.date())
    changed = []
    table = Table(path, required=SELLER_REQUIRED, known=SELLER_COLUMNS)
    for values in _good(table, report, _read_seller()):
        seller = known.get(values["slug"])
        if seller is None:
            values.setdefault("joined_on", now.date())
            seller = known[values["slug"]] = Seller(**values, risk=risk)
            db.session.add(seller)
            changed.append(seller)
        elif any(getattr(seller, name) != value for name, value in values.items()):
            if seller.standing != values["standing"]:
                note_standing(seller, values["standing"], reason="", person_id=None, now=now)
            for name, value in values.items():
                setattr(seller, name, value)
            seller.version += 1
            changed.append(seller)
    db.session.flush()
    report.changed += len(changed)
    if changed:
        sellers_changed.send(seller_ids=[seller.id for seller in changed])
    return report


def import_history(path: Path, *, now: datetime) -> SellerReport:
    """Load how past order lines ended, within the caller's transaction; lines told before change nothing."""
    report = SellerReport()
    ids = {row.slug: row.id for row in db.session.execute(select(Seller.slug, Seller.id))}
    batch: list[Outcome] = []
    table = Table(path, required=HISTORY_REQUIRED, known=HISTORY_REQUIRED)
    for outcome in _good(table, report, _read_outcome(ids, today=now.date())):
        batch.append(outcome)
        if len(batch) == _BATCH:
            report.changed += record_outcomes(batch, now=now)
            batch = []
    report.changed += record_outcomes(batch, now=now)
    return report


def _good(table: Table, report: SellerReport, read: Callable[[Row], T]) -> Iterator[T]:
    for row in table:
        if isinstance(row, Problem):
            report.problems.append(row)
            continue
        try:
            good = read(row)
        except WrongCell as error:
            report.problems.append(Problem(row.line, error.column, error.reason))
            continue
        report.loaded += 1
        yield good


def _read_seller() -> Callable[[Row], dict[str, Any]]:
    lines: dict[str, int] = {}

    def read(row: Row) -> dict[str, Any]:
        slug = needed(row, "slug", 80).lower()
        if not SLUG.fullmatch(slug):
            raise WrongCell("slug", f"is {slug!r}; must be letters a to z and digits, with hyphens between")
        if lines.setdefault(slug, row.line) != row.line:
            raise WrongCell("slug", f"{slug!r} stands on line {lines[slug]}, too")
        country = needed(row, "country", 2).upper()
        if not _COUNTRY.fullmatch(country):
            raise WrongCell("country", f"is {country!r}; must be a two-letter code such as FR")
        joined_on = parsed(row, "joined_on", date.fromisoformat, "a date such as 2024-05-31")
        handling = whole(row, "handling_days", 0, 60)
        guarantee = whole(row, "guarantee_months", 0, 120)
        return {
            "slug": slug,
            "name": needed(row, "name", 120),
            "country": country,
            **{name: optional(row, name, longest) for name, longest in SELLER_TEXTS.items()},
            "vat_id": parsed(row, "vat_id", vat.validate, "a valid European VAT number") or "",
            "handling_days": 2 if handling is None else handling,
            "guarantee_months": 12 if guarantee is None else guarantee,
            "standing": chosen(row, "standing", STANDINGS, "probation"),
            # Not said: today for a new seller, and as it was for a known one.
            **({"joined_on": joined_on} if joined_on else {}),
        }

    return read


def _read_outcome(ids: dict[str, int], *, today: date) -> Callable[[Row], Outcome]:
    def read(row: Row) -> Outcome:
        slug = needed(row, "seller", 120).lower()
        if slug not in ids:
            raise WrongCell("seller", f"{slug!r} is not known; load the sellers first")
        finished_on = parsed(row, "finished_on", date.fromisoformat, "a date such as 2026-05-31")
        if finished_on is None:
            raise WrongCell("finished_on", "is empty")
        if finished_on > today:
            raise WrongCell("finished_on", f"is {finished_on}, which is yet to come")
        return Outcome(ids[slug], needed(row, "reference", 80), finished_on, chosen(row, "outcome", OUTCOMES))

    return read
