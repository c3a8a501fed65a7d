"""The table of repair bonuses, as its page shows it."""

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from ...core.money import Money
from ...repair.advice.models import RepairBonus
from ...repair.advice.queries import all_bonuses
from ...repair.advice.rules import is_sure
from ...repair.network.shown import category_label

LABELS = {
    "country": lazy_gettext("Country"),
    "category": lazy_gettext("Category"),
    "amount": lazy_gettext("Paid towards a repair"),
    "minimum": lazy_gettext("From a bill of"),
    "since": lazy_gettext("From this day on"),
    "until": lazy_gettext("Last day"),
    "source": lazy_gettext("Source"),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """One row; `state` says whether it is what the advice counts with today."""

    country: str
    category: str
    amount: Money
    minimum: Money
    since: date
    until: date | None
    source: str
    state: LazyString


def table(*, today: date) -> list[Rate]:
    """All rates by country and category, the newest first; one SQL statement."""
    counted: set[tuple[str, str]] = set()
    return [
        Rate(
            country=row.country,
            category=category_label(row.category),
            amount=Money(row.amount_minor, row.currency),
            minimum=Money(row.minimum_minor, row.currency),
            since=row.since,
            until=row.until,
            source=row.source,
            state=_state(row, counted, today),
        )
        for row in all_bonuses()
    ]


def _state(row: RepairBonus, counted: set[tuple[str, str]], today: date) -> LazyString:
    """`counted` are those whose rate of today came before: each has one."""
    key = (row.country, row.category)
    if row.since > today:
        return lazy_gettext("not yet")
    if key in counted:
        return lazy_gettext("replaced")
    counted.add(key)
    if not row.amount_minor:
        return lazy_gettext("nothing is paid")
    return (
        lazy_gettext("counts") if is_sure(row.since, row.until, today) else lazy_gettext("said with its year")
    )
