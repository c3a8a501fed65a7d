"""What needs doing, and how things went: a fixed number of SQL statements, however much there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.exceptions import NotFound

from ...catalog.models import FruitlessSearch, Offer
from ...core.clock import local_day
from ...core.database import db
from ...core.mail import OutgoingMail
from ...core.paging import Page, page_of
from ...core.undelivered import given_up, is_blank, waiting
from ...orders.desk_queries import Needs, needs
from ...orders.models import OrderLine, Parcel, ShopOrder
from ...orders.rules import PAY_AT_PICKUP
from ...orders.selling import is_low
from ...repair.network.models import Repairer
from ...repair.network.queries import ends_soon, waits_for_a_look
from ...repair.referrals.models import Referral
from ...repair.referrals.needs import LATE, REPAIR, SETTLE
from ...repair.referrals.needs import needs as repair_needs
from ...sellers.models import QualityEntry
from ..access import Scope, within

DAYS, WEEKS = 30, 12
# What a buyer calls a bad device; lateness and cancelled orders are other troubles.
DEFECTS = ("defect", "wrong_grade")
WORDS_SHOWN = 10
MAILS = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """How many orders need what, offers run out, mails were given up, repairs under guarantee wait for what, repairers
    have applied, and their year will end.
    """

    orders: Needs
    stock: int
    mails: int
    repairs: int
    settlements: int
    late_claims: int
    applicants: int
    ending: int


def counts(scope: Scope, *, now: datetime) -> Counts:
    """What needs doing; two statements."""
    stock = _count(Offer.id, within(scope, Offer.seller_id), is_low(now))
    mails = _count(OutgoingMail.id, given_up())
    repairs, settlements, late_claims = (
        _count(Referral.id, within(scope, Referral.seller_id), repair_needs(need, now=now))
        for need in (REPAIR, SETTLE, LATE)
    )
    # Nobody's of any seller: only operators are told.
    applicants = _count(Repairer.id, waits_for_a_look())
    ending = _count(Repairer.id, ends_soon(now.date()))
    counted = db.session.execute(
        select(stock, mails, repairs, settlements, late_claims, applicants, ending)
    ).one()
    return Counts(needs(scope.seller_ids, now=now), *counted)


def _count(column: InstrumentedAttribute[int], *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count(column)).where(*conditions).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Day:
    """What was ordered on a day, and what it brought in so far, in minor units."""

    day: date
    orders: int
    revenue_minor: int


def days(scope: Scope, *, now: datetime, zone: str) -> list[Day]:
    """The last 30 calendar days of the shop, today included; one statement.

    Revenue is what was paid for the goods and their delivery, VAT included, less what was called off, given back or
    reduced since; of what is paid at the counter, only what was handed over.
    """
    today = local_day(now, zone)
    all_days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    began = [datetime.combine(day, time(), ZoneInfo(zone)) for day in all_days]
    nth = _nth(ShopOrder.placed_at, began)
    goods = (
        select(func.sum(OrderLine.price_minor * OrderLine.quantity))
        .where(OrderLine.parcel_id == Parcel.id)
        .scalar_subquery()
    )
    is_paid = or_(
        and_(ShopOrder.payment_method != PAY_AT_PICKUP, ShopOrder.paid_minor > 0),
        and_(ShopOrder.payment_method == PAY_AT_PICKUP, Parcel.delivered_at.is_not(None)),
    )
    left = goods + Parcel.shipping_minor - Parcel.given_up_minor
    statement = (
        select(
            nth.label("nth"),
            func.count(ShopOrder.id.distinct()).label("orders"),
            func.sum(case((is_paid, left), else_=0)).label("revenue"),
        )
        .join(Parcel, Parcel.order_id == ShopOrder.id)
        .where(ShopOrder.placed_at >= began[0], within(scope, Parcel.seller_id))
        .group_by("nth")
    )
    found = {row.nth: row for row in db.session.execute(statement)}
    return [
        Day(day, found[place].orders, int(found[place].revenue)) if place in found else Day(day, 0, 0)
        for place, day in enumerate(all_days)
    ]


def _nth(
    column: InstrumentedAttribute[datetime] | InstrumentedAttribute[date],
    began: Sequence[datetime] | Sequence[date],
) -> ColumnElement[int]:
    """In which of the periods that `began` then `column` lies, from 0: databases differ in what they know of zones."""
    return case(*((column >= begin, place) for place, begin in reversed(list(enumerate(began)))), else_=-1)


@dataclass(frozen=True, slots=True)
class Week:
    """How many order lines were finished in the week from `monday`, and how many with a bad device."""

    monday: date
    finished: int
    bad: int


def weeks(scope: Scope, *, now: datetime, zone: str) -> list[Week]:
    """The last 12 weeks, this one included; one statement."""
    today = local_day(now, zone)
    monday = today - timedelta(days=today.weekday())
    mondays = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    nth = _nth(QualityEntry.finished_on, mondays)
    statement = (
        select(
            nth.label("nth"),
            func.count().label("finished"),
            func.sum(case((QualityEntry.outcome.in_(DEFECTS), 1), else_=0)).label("bad"),
        )
        .where(QualityEntry.finished_on >= mondays[0], within(scope, QualityEntry.seller_id))
        .group_by("nth")
    )
    found = {row.nth: row for row in db.session.execute(statement)}
    return [
        Week(begin, found[place].finished, int(found[place].bad)) if place in found else Week(begin, 0, 0)
        for place, begin in enumerate(mondays)
    ]


def fruitless_words(*, today: date) -> list[tuple[str, int]]:
    """What was most often searched for in vain in the last 30 days, with how often; one statement."""
    times = func.sum(FruitlessSearch.count)
    statement = (
        select(FruitlessSearch.words, times)
        .where(FruitlessSearch.day > today - timedelta(days=DAYS))
        .group_by(FruitlessSearch.words)
        .order_by(times.desc(), FruitlessSearch.words)
        .limit(WORDS_SHOWN)
    )
    return [(words, int(count)) for words, count in db.session.execute(statement)]


def fruitless_days(*, today: date) -> list[tuple[date, int]]:
    """How many searches found nothing on each of the last 30 days (in UTC); one statement."""
    first = today - timedelta(days=DAYS - 1)
    statement = (
        select(FruitlessSearch.day, func.sum(FruitlessSearch.count))
        .where(FruitlessSearch.day >= first)
        .group_by(FruitlessSearch.day)
    )
    found = {day: int(count) for day, count in db.session.execute(statement)}
    return [(day, found.get(day, 0)) for day in (first + timedelta(days=nth) for nth in range(DAYS))]


def mails(state: str, *, cursor: str) -> Page[Row[*tuple[Any, ...]]]:
    """Mails that were given up (`failed`), or wait to be sent (`waiting`); the newest first; one statement."""
    condition = given_up() if state == "failed" else waiting()
    # Their texts are nobody's business here.
    statement = select(
        OutgoingMail.id,
        OutgoingMail.recipient,
        OutgoingMail.subject,
        OutgoingMail.created_at,
        OutgoingMail.next_try_at,
        OutgoingMail.tries,
        OutgoingMail.last_error,
        is_blank().label("is_blank"),
    )
    return page_of(
        statement.where(condition), by=(OutgoingMail.id,), cursor=cursor, size=MAILS, descending=True
    )


def mail_there(mail_id: int) -> None:
    """`NotFound` when there is no such mail."""
    if db.session.scalar(select(OutgoingMail.id).where(OutgoingMail.id == mail_id)) is None:
        raise NotFound
