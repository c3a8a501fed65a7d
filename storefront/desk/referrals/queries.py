"""Referrals at the desk: sellers see those under guarantee of theirs. Nobody here learns who asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select
from sqlalchemy.orm import selectinload
from werkzeug.exceptions import NotFound

from ...catalog.models import Model
from ...config import current_settings
from ...core.clock import local_day
from ...core.database import db
from ...core.money import Money
from ...core.paging import Page, page_of
from ...core.records import MARK, Cell, written
from ...orders.models import OrderLine, Parcel, ShopOrder
from ...repair.network.models import Repairer
from ...repair.network.shown import category_label
from ...repair.referrals.models import Referral
from ...repair.referrals.needs import needs
from ...repair.referrals.rules import NOT_REPAIRABLE, REPAIRED
from ...sellers.models import Seller
from ..access import Scope, within
from .forms import ReferralFilters

ROWS, MODELS = 50, 20
_BATCH = 1_000
COLUMNS = (
    "referral", "asked_on", "kind", "state", "category", "device", "fault", "handed_to", "country", "answered_after_h",
    "ended_on", "price", "bonus", "compared", "compared_with", "rating", "currency",
)  # fmt: skip


def _named() -> Select[*tuple[Any, ...]]:
    """What a list says of a referral, with the name of whoever repairs it."""
    return (
        select(
            Referral.id, Referral.created_at, Referral.kind, Referral.state, Referral.category, Referral.device,
            Referral.fault, Referral.country, Referral.answered_after, Referral.ended_at, Referral.quote_minor,
            Referral.bonus_minor, Referral.compared_minor, Referral.compared_with, Referral.rating, Referral.currency,
            func.coalesce(Repairer.name, Seller.name).label("other"),
        )
        .outerjoin(Repairer, Repairer.id == Referral.repairer_id)
        .outerjoin(Seller, Seller.id == Referral.seller_id)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list; `other` repairs it, `price` is what they ask."""

    id: int
    created_at: datetime
    kind: str
    state: str
    device: str
    other: str
    price: Money | None


def referrals_page(scope: Scope, filters: ReferralFilters, *, cursor: str, now: datetime) -> Page[Listed]:
    """The newest first; one SQL statement."""
    statement = _named().where(within(scope, Referral.seller_id))
    if filters.state:
        statement = statement.where(Referral.state == filters.state)
    if filters.kind:
        statement = statement.where(Referral.kind == filters.kind)
    if filters.need:
        statement = statement.where(needs(filters.need, now=now))
    for word in filters.text.split()[:8]:
        statement = statement.where(Referral.device.icontains(word, autoescape=True))
    return page_of(statement, by=(Referral.id,), cursor=cursor, size=ROWS, descending=True).showing(_listed)


def _listed(row: Row[Any]) -> Listed:
    price = None if row.quote_minor is None else Money(row.quote_minor, row.currency)
    device = row.device or category_label(row.category)
    return Listed(row.id, row.created_at, row.kind, row.state, device, row.other, price)


@dataclass(frozen=True, slots=True)
class Found:
    """One referral, and the number of the order that its unit was sold in, under guarantee."""

    referral: Referral
    order_number: str


def referral_for_desk(scope: Scope, referral_id: int) -> Found:
    """`NotFound` for another seller's, and for a seller's of the network. Two statements, and those of its log."""
    statement = (
        select(Referral, ShopOrder.number)
        .options(selectinload(Referral.events))
        .outerjoin(OrderLine, OrderLine.id == Referral.line_id)
        .outerjoin(Parcel, Parcel.id == OrderLine.parcel_id)
        .outerjoin(ShopOrder, ShopOrder.id == Parcel.order_id)
        .where(Referral.id == referral_id, within(scope, Referral.seller_id))
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return Found(row[0], row[1] or "")


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of so many devices were repaired, of those that somebody looked at."""

    category: str
    name: str
    repaired: int
    tried: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What repairs cost their customers less than the same device, by what it was compared with."""

    compared_with: str
    devices: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the referrals since a moment. `answer_seconds` is the median, none without an answer."""

    states: dict[str, int]
    answered: int
    answer_seconds: int | None
    by_fault: tuple[Rate, ...]
    by_model: tuple[Rate, ...]
    repaired: dict[str, int]
    saved: tuple[Saved, ...]


_REPAIRED = func.sum(case((Referral.state == REPAIRED, 1), else_=0))
_TRIED = func.count(Referral.id)


def figures(*, since: datetime) -> Figures:
    """Six SQL statements, however many there are."""
    asked = Referral.created_at >= since
    states = db.session.execute(select(Referral.state, func.count()).where(asked).group_by(Referral.state))
    answered, median = _answers(asked)
    by_fault = (Referral.category, Referral.fault)
    faults = _rates(select(*by_fault, _REPAIRED, _TRIED), by_fault, asked)
    models = _rates(
        select(Referral.category, func.max(Model.name), _REPAIRED, _TRIED).join(
            Model, Model.id == Referral.model_id
        ),
        (Referral.category, Referral.model_id),
        asked,
    )
    repaired: dict[str, int] = {}
    for rate in faults:
        repaired[rate.category] = repaired.get(rate.category, 0) + rate.repaired
    return Figures(
        states={row[0]: row[1] for row in states},
        answered=answered,
        answer_seconds=median,
        by_fault=faults,
        by_model=models[:MODELS],
        repaired={category: count for category, count in repaired.items() if count},
        saved=_saved(asked),
    )


def _answers(asked: ColumnElement[bool]) -> tuple[int, int | None]:
    """How many were answered, and the median of how long that took, the longer of the middle two."""
    known = (asked, Referral.answered_after.is_not(None))
    count = db.session.scalar(select(func.count(Referral.id)).where(*known)) or 0
    middle = select(Referral.answered_after).where(*known).order_by(Referral.answered_after)
    return count, db.session.scalar(middle.offset(count // 2).limit(1))


def _rates(
    statement: Select[*tuple[Any, ...]], by: tuple[Any, ...], asked: ColumnElement[bool]
) -> tuple[Rate, ...]:
    looked_at = Referral.state.in_((REPAIRED, NOT_REPAIRABLE))
    rows = db.session.execute(statement.where(asked, looked_at).group_by(*by).order_by(_TRIED.desc(), *by))
    return tuple(Rate(category, name, int(repaired), tried) for category, name, repaired, tried in rows)


def _saved(asked: ColumnElement[bool]) -> tuple[Saved, ...]:
    """Only where both prices are known: what the customer paid, and what the same device cost on the day of asking."""
    paid = Referral.quote_minor - Referral.bonus_minor
    rows = db.session.execute(
        select(
            Referral.compared_with,
            Referral.currency,
            func.count(),
            func.sum(Referral.compared_minor - paid),
        )
        .where(
            asked,
            Referral.state == REPAIRED,
            Referral.compared_minor.is_not(None),
            Referral.quote_minor.is_not(None),
        )
        .group_by(Referral.compared_with, Referral.currency)
        .order_by(Referral.compared_with.desc())
    )
    return tuple(
        Saved(with_, count, Money(int(minor or 0), currency)) for with_, currency, count, minor in rows
    )


def export() -> Iterator[str]:
    """All referrals as CSV in pieces, without anything that a customer typed; one SQL statement.

    The device is its model's name, empty where none is known: what the customer calls it may tell more.
    """
    statement = _named().add_columns(Model.name.label("model"))
    statement = statement.outerjoin(Model, Model.id == Referral.model_id).order_by(Referral.id)
    rows = db.session.execute(statement.execution_options(yield_per=_BATCH))
    yield MARK + written([COLUMNS])
    for part in rows.partitions():
        yield written(_cells(row) for row in part)


def _cells(row: Row[Any]) -> list[Cell]:
    zone = current_settings().shop.time_zone
    price, compared = (
        None if minor is None else Money(minor, row.currency).amount
        for minor in (row.quote_minor, row.compared_minor)
    )
    return [
        row.id, local_day(row.created_at, zone), row.kind, row.state, row.category, row.model, row.fault, row.other,
        row.country, None if row.answered_after is None else round(row.answered_after / 3600),
        local_day(row.ended_at, zone) if row.ended_at else None, price,
        None if price is None else Money(row.bonus_minor, row.currency).amount, compared, row.compared_with,
        row.rating, row.currency,
    ]  # fmt: skip
