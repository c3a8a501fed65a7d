"""The list of repairers, and one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from werkzeug.exceptions import NotFound

from ...accounts.models import Person
from ...core.database import db
from ...core.folding import folded
from ...core.paging import Page, page_of
from ...repair.network.models import RepairEntry, Repairer, RepairerCategory, RepairerEvent
from ...repair.network.queries import ends_soon, waits_for_a_look
from ...repair.network.rules import APPLIED, VERIFIED
from .forms import ENDING, LAPSED, RepairerFilters

REPAIRERS = 50
EVENTS_SHOWN = 30
TWINS_SHOWN = 10


def _is_ours() -> ColumnElement[bool]:
    # An application without a proved mailbox may be anybody's: nobody spends time on it.
    return or_(Repairer.standing != APPLIED, waits_for_a_look())


def repairers_page(filters: RepairerFilters, *, today: date, cursor: str) -> Page[Row[*tuple[Any, ...]]]:
    """Repairers by name; one SQL statement."""
    statement = select(
        Repairer.id,
        Repairer.name,
        Repairer.city,
        Repairer.postcode,
        Repairer.standing,
        Repairer.verified_until,
        Repairer.bonus_label,
        Repairer.risk,
        Repairer.finished,
    ).where(_is_ours(), *_wanted(filters, today))
    return page_of(statement, by=(Repairer.name, Repairer.id), cursor=cursor, size=REPAIRERS)


def _wanted(filters: RepairerFilters, today: date) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.standing == LAPSED:
        wanted += [Repairer.standing == VERIFIED, Repairer.verified_until < today]
    elif filters.standing == ENDING:
        wanted.append(ends_soon(today))
    elif filters.standing == VERIFIED:
        wanted += [Repairer.standing == VERIFIED, Repairer.verified_until >= today]
    elif filters.standing:
        wanted.append(Repairer.standing == filters.standing)
    if filters.category:
        repairs = select(RepairerCategory.repairer_id).where(
            RepairerCategory.repairer_id == Repairer.id, RepairerCategory.category == filters.category
        )
        wanted.append(repairs.exists())
    for word in folded(filters.text).split()[:8]:
        wanted.append(Repairer.search_text.contains(word, autoescape=True))
    return wanted


def repairer(repairer_id: int) -> Repairer:
    """One of them; raises `NotFound`. One SQL statement."""
    found = db.session.scalars(select(Repairer).where(Repairer.id == repairer_id, _is_ours())).one_or_none()
    if found is None:
        raise NotFound
    return found


def twins(one: Repairer) -> Sequence[Row[int, str, str, str]]:
    """Others with the same register number or mailbox (`id`, `name`, `city`, `standing`); one SQL statement."""
    same = [
        column == value
        for column, value in (
            (Repairer.register_number, one.register_number),
            (Repairer.email, one.email),
        )
        if value
    ]
    if not same:
        return ()
    statement = (
        select(Repairer.id, Repairer.name, Repairer.city, Repairer.standing)
        .where(or_(*same), Repairer.id != one.id, _is_ours())
        .order_by(Repairer.id)
        .limit(TWINS_SHOWN)
    )
    return db.session.execute(statement).all()


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log; `by` is empty when it was the repairer itself or a file, or the person is gone."""

    at: datetime
    what: str
    reason: str
    checked: tuple[str, ...]
    by: str


def events_of(repairer_id: int) -> list[Event]:
    """What happened to a repairer, the latest first; one SQL statement."""
    statement = (
        select(
            RepairerEvent.at,
            RepairerEvent.what,
            RepairerEvent.reason,
            RepairerEvent.checked,
            func.coalesce(func.nullif(Person.name, ""), Person.email, "").label("by"),
        )
        .outerjoin(Person, Person.id == RepairerEvent.person_id)
        .where(RepairerEvent.repairer_id == repairer_id)
        .order_by(RepairerEvent.id.desc())
        .limit(EVENTS_SHOWN)
    )
    return [
        Event(row.at, row.what, row.reason, tuple(row.checked.split()), row.by)
        for row in db.session.execute(statement)
    ]


def words_there(repairer_id: int, entry_id: int) -> None:
    """`NotFound` when no customer wrote such words about this repairer."""
    found = db.session.get(RepairEntry, entry_id)
    if found is None or found.repairer_id != repairer_id or not found.words:
        raise NotFound
