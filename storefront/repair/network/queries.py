"""Reads about repairers: who is near, what repairs cost, what customers see of one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import ColumnElement, and_, case, func, select, union_all
from werkzeug.exceptions import NotFound

from ...config import current_settings
from ...core.database import db
from ...core.money import Money
from ...sellers.rules import SLUG, stars
from .models import RepairEntry, Repairer, RepairerPrice, SettledQuote
from .nearest import find_near, is_shown
from .rules import (
    APPLIED,
    ENOUGH_PRICES,
    PRICES_COUNT_FOR,
    REMIND_BEFORE,
    VERIFIED,
    Point,
    price_span,
    prices_of_each,
)

# The newest prices of a fault; more would say the same.
_MOST_PRICES = 2_000


@dataclass(frozen=True, slots=True)
class Said:
    """What customers said of a repairer: the mean of their ratings (1 to 5; none yet: `None`), how many there are, and
    how many devices it has repaired for our customers.
    """

    rating: float | None = None
    ratings: int = 0
    repaired: int = 0


@dataclass(frozen=True, slots=True)
class Nearby:
    """A repairer as a list shows it. `distance_km` is as the crow flies; the prices are its own hints, from and to, for
    the fault that was asked about.
    """

    id: int
    slug: str
    name: str
    street: str
    postcode: str
    city: str
    country: str
    point: Point
    ways: tuple[str, ...]
    bonus_label: bool
    hours: str
    languages: tuple[str, ...]
    distance_km: float
    stars: int
    said: Said
    price_low: Money | None
    price_high: Money | None
    licence_note: str


@dataclass(frozen=True, slots=True)
class Near:
    """Repairers near a place; `widened` when there was none, and these are of the whole country, by mail."""

    repairers: tuple[Nearby, ...]
    widened: bool


def near(
    point: Point,
    *,
    country: str,
    category: str,
    today: date,
    fault: str = "",
    ways: frozenset[str] = frozenset(),
    bonus: bool = False,
    without: frozenset[int] = frozenset(),
    limit: int = 20,
) -> Near:
    """Verified repairers of this category around `point`: by distance in steps, then by quality, then by distance.

    `ways` keeps those who offer any of them, `bonus` those with the bonus label; `without` leaves these ids out. When
    nobody is within reach: those of `country` who take devices by mail, by quality. Six SQL statements at most,
    whatever there is.
    """
    found, widened = find_near(
        point,
        country=country,
        category=category,
        today=today,
        ways=ways,
        bonus=bonus,
        without=without,
        limit=limit,
    )
    return Near(_shown(found, category, fault), widened)


def _shown(found: Mapping[int, float], category: str, fault: str) -> tuple[Nearby, ...]:
    if not found:
        return ()
    rows = {row.id: row for row in db.session.scalars(select(Repairer).where(Repairer.id.in_(found)))}
    said = said_of(found)
    prices = _hints(found, category, fault)
    currency = current_settings().shop.currency
    return tuple(
        Nearby(
            id=row.id,
            slug=row.slug,
            name=row.name,
            street=row.street,
            postcode=row.postcode,
            city=row.city,
            country=row.country,
            point=row.point,
            ways=row.ways,
            bonus_label=row.bonus_label,
            hours=row.hours,
            languages=tuple(row.languages.split()),
            distance_km=distance,
            stars=stars(row.risk),
            said=said.get(row.id, Said()),
            price_low=Money(prices[row.id][0], currency) if row.id in prices else None,
            price_high=Money(prices[row.id][1], currency) if row.id in prices else None,
            licence_note=row.licence_note,
        )
        for row, distance in ((rows[repairer_id], distance) for repairer_id, distance in found.items())
    )


def _hints(ids: Iterable[int], category: str, fault: str) -> dict[int, tuple[int, int]]:
    """From and to, in minor units, by repairer: of the fault, or of all faults of the category when none is said."""
    statement = (
        select(
            RepairerPrice.repairer_id, func.min(RepairerPrice.low_minor), func.max(RepairerPrice.high_minor)
        )
        .where(RepairerPrice.repairer_id.in_(ids), RepairerPrice.category == category)
        .group_by(RepairerPrice.repairer_id)
    )
    if fault:
        statement = statement.where(RepairerPrice.fault == fault)
    return {repairer_id: (low, high) for repairer_id, low, high in db.session.execute(statement)}


def said_of(ids: Iterable[int]) -> dict[int, Said]:
    """What customers said of these repairers, by id; one SQL statement."""
    rated = case({f"rated_{count}": count for count in range(1, 6)}, value=RepairEntry.outcome)
    repaired = case((RepairEntry.outcome == "repaired", 1), else_=0)
    statement = (
        select(RepairEntry.repairer_id, func.avg(rated), func.count(rated), func.sum(repaired))
        .where(RepairEntry.repairer_id.in_(ids))
        .group_by(RepairEntry.repairer_id)
    )
    return {
        repairer_id: Said(None if mean is None else float(mean), ratings, int(mended))
        for repairer_id, mean, ratings, mended in db.session.execute(statement)
    }


@dataclass(frozen=True, slots=True)
class PriceRange:
    """What repairing a fault costs, with parts and VAT: what most of `repairers` ask, each of whom counts once; the
    latest price is of `newest`.
    """

    low: Money
    median: Money
    high: Money
    repairers: int
    newest: date


def price_range(category: str, fault: str, *, today: date) -> PriceRange | None:
    """What verified repairers say that it costs, and were paid for it; none of fewer than `ENOUGH_PRICES` of them. One
    SQL statement.
    """
    since = today - PRICES_COUNT_FOR
    hints = select(
        RepairerPrice.repairer_id.label("repairer_id"),
        RepairerPrice.low_minor.label("low"),
        RepairerPrice.high_minor.label("high"),
        RepairerPrice.said_on.label("day"),
    ).where(RepairerPrice.category == category, RepairerPrice.fault == fault)
    quotes = select(
        SettledQuote.repairer_id, SettledQuote.price_minor, SettledQuote.price_minor, SettledQuote.settled_on
    ).where(SettledQuote.category == category, SettledQuote.fault == fault)
    said = union_all(hints, quotes).subquery()
    rows = db.session.execute(
        select(said)
        .join(Repairer, Repairer.id == said.c.repairer_id)
        .where(is_shown(today), said.c.day > since, said.c.day <= today)
        .order_by(said.c.day.desc(), said.c.repairer_id)
        .limit(_MOST_PRICES)
    ).all()
    each = prices_of_each((row.repairer_id, row.low, row.high) for row in rows)
    if len(each) < ENOUGH_PRICES:
        return None
    lows, highs = np.array(each, dtype=float).T
    span = price_span(lows, highs)
    low, median, high = (Money(minor, current_settings().shop.currency) for minor in span)
    return PriceRange(low, median, high, len(each), rows[0].day)


def waits_for_a_look() -> ColumnElement[bool]:
    """The condition on who applied, and proved the mailbox: other applications may be anybody's."""
    return and_(Repairer.standing == APPLIED, Repairer.proved_at.is_not(None))


def ends_soon(today: date) -> ColumnElement[bool]:
    """The condition on whose verification ends within a month."""
    return and_(Repairer.standing == VERIFIED, Repairer.verified_until.between(today, today + REMIND_BEFORE))


def shown_repairer(slug: str, *, today: date) -> Repairer:
    """A repairer that customers may be shown. Raises `NotFound`. At most one SQL statement."""
    # What no slug is made of (a NUL, say) is nothing to ask a database for.
    if not SLUG.fullmatch(slug):
        raise NotFound
    statement = select(Repairer).where(Repairer.slug == slug, is_shown(today))
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Words:
    """What a customer wrote with a rating; `id` is the entry's."""

    id: int
    stars: int
    words: str
    day: date
    hidden: bool


def words_about(repairer_id: int, *, limit: int = 20) -> list[Words]:
    """What customers wrote, the latest first, hidden ones too; one SQL statement."""
    statement = (
        select(
            RepairEntry.id,
            RepairEntry.outcome,
            RepairEntry.words,
            RepairEntry.ended_on,
            RepairEntry.hidden,
        )
        .where(RepairEntry.repairer_id == repairer_id, RepairEntry.words != "")
        .order_by(RepairEntry.ended_on.desc(), RepairEntry.id.desc())
        .limit(limit)
    )
    return [
        Words(row.id, int(row.outcome.removeprefix("rated_")), row.words, row.ended_on, row.hidden)
        for row in db.session.execute(statement)
    ]
