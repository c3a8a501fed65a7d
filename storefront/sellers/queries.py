"""Reads about sellers: their record, what it is held against, how they came to stand where they do."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from ..accounts.models import Person
from ..core.database import db
from ..core.paging import Page, page_of
from .models import QualityEntry, Seller, SellerMember, SellerStanding
from .rules import OUTCOME_WEIGHTS, WINDOW_DAYS, DayOutcomes, Record, market_prior

ENTRIES = 50
STANDINGS_SHOWN = 20


def prior() -> tuple[float, float]:
    """(a, b) of the market, by the records as they were last looked at; one SQL statement."""
    statement = select(Seller.finished_lines, Seller.bad_lines).order_by(Seller.id)
    return market_prior([Record(row.finished_lines, row.bad_lines) for row in db.session.execute(statement)])


def outcomes_by_day(seller_id: int, *, since: date, until: date) -> list[DayOutcomes]:
    """How a seller's lines ended on each day, both ends included; one SQL statement."""
    statement = (
        select(QualityEntry.finished_on, QualityEntry.outcome, func.count())
        .where(QualityEntry.seller_id == seller_id, QualityEntry.finished_on.between(since, until))
        .group_by(QualityEntry.finished_on, QualityEntry.outcome)
    )
    return [DayOutcomes(*row) for row in db.session.execute(statement)]


def bad_entries(seller_id: int, *, today: date, cursor: str) -> Page[Row[*tuple[Any, ...]]]:
    """What counts against a seller (`reference`, `finished_on`, `outcome`), the latest first; one SQL statement."""
    bad = [outcome for outcome, weight in OUTCOME_WEIGHTS.items() if weight]
    statement = select(QualityEntry.reference, QualityEntry.finished_on, QualityEntry.outcome).where(
        QualityEntry.seller_id == seller_id,
        QualityEntry.outcome.in_(bad),
        QualityEntry.finished_on > today - timedelta(days=WINDOW_DAYS),
        QualityEntry.finished_on <= today,
    )
    key = (QualityEntry.finished_on, QualityEntry.id)
    return page_of(statement, by=key, cursor=cursor, size=ENTRIES, descending=True)


@dataclass(frozen=True, slots=True)
class StandingChange:
    """One line of the log; `by` is empty when a file brought it, or the person is gone."""

    at: datetime
    before: str
    after: str
    reason: str
    by: str


def standing_log(seller_id: int) -> list[StandingChange]:
    """The last changes of a seller's standing, the latest first; one SQL statement."""
    statement = (
        select(
            SellerStanding.at,
            SellerStanding.from_standing,
            SellerStanding.to_standing,
            SellerStanding.reason,
            func.coalesce(func.nullif(Person.name, ""), Person.email, ""),
        )
        .outerjoin(Person, Person.id == SellerStanding.person_id)
        .where(SellerStanding.seller_id == seller_id)
        .order_by(SellerStanding.id.desc())
    )
    return [StandingChange(*row) for row in db.session.execute(statement.limit(STANDINGS_SHOWN))]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody who acts for a seller."""

    person_id: int
    name: str
    email: str
    since: datetime


def members_of(seller_id: int) -> list[MemberRow]:
    """The people who act for a seller, the longest-serving first; one SQL statement."""
    statement = (
        select(Person.id, Person.name, Person.email, SellerMember.since)
        .join(SellerMember, SellerMember.person_id == Person.id)
        .where(SellerMember.seller_id == seller_id)
        .order_by(SellerMember.since, Person.id)
    )
    return [MemberRow(*row) for row in db.session.execute(statement)]
