"""Who is near: a few rows of an index, however many repairers there are."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from ...core.database import db
from .models import Repairer, RepairerCategory
from .quality import stars_of
from .rules import MAIL_IN, REACH_KM, STEPS_KM, VERIFIED, WAYS, Box, Point, kilometres_to, nearest_first

_WAY_COLUMNS: Mapping[str, InstrumentedAttribute[bool]] = dict(
    zip(WAYS, (Repairer.drop_off, Repairer.mail_in, Repairer.at_home), strict=True)
)


def is_shown(today: date | BindParameter[Any]) -> ColumnElement[bool]:
    """The condition that customers may be shown a repairer: verified, and not too long ago (`rules.is_shown`)."""
    return and_(Repairer.standing == VERIFIED, Repairer.verified_until >= today)


def find_near(
    point: Point,
    *,
    country: str,
    category: str,
    today: date,
    ways: frozenset[str],
    bonus: bool,
    without: frozenset[int],
    limit: int,
) -> tuple[dict[int, float], bool]:
    """(distances by id in the list's order, whether it is of the whole country); three SQL statements at most.

    What is asked for is said in `queries.near`.
    """
    given = {"today": today, "category": category, "without": sorted(without)}
    found = _within_reach(point, ways, bonus, given, limit)
    if found:
        return found, False
    found = _by_mail(point, ways, bonus, {**given, "country": country}, limit)
    return found, bool(found)


@cache
def _wanted(ways: frozenset[str], bonus: bool) -> tuple[ColumnElement[bool], ...]:
    """The conditions on `today`, `category` and `without`, and on what else was asked for."""
    repairs = select(RepairerCategory.repairer_id).where(
        RepairerCategory.repairer_id == Repairer.id, RepairerCategory.category == bindparam("category")
    )
    offered = or_(*(_WAY_COLUMNS[way].is_(True) for way in sorted(ways))) if ways else true()
    labelled = Repairer.bonus_label.is_(True) if bonus else true()
    left = Repairer.id.not_in(bindparam("without", expanding=True))
    return is_shown(bindparam("today")), repairs.exists(), offered, labelled, left


@cache
def _counting(ways: frozenset[str], bonus: bool, limit: int) -> Select[*tuple[int, ...]]:
    """How many there are in a box inside each step's circle. Each count stops at enough, so that in the middle of
    Paris, too, few rows are touched; and the statement is made once, since that would take longer than running it.
    """
    enough = [
        select(func.count())
        .select_from(select(Repairer.id).where(*_wanted(ways, bonus), _in_box(place)).limit(limit).subquery())
        .scalar_subquery()
        for place in range(len(STEPS_KM))
    ]
    return select(*enough)


@cache
def _around(ways: frozenset[str], bonus: bool) -> Select[int, float, float, float]:
    return select(Repairer.id, Repairer.lat, Repairer.lon, Repairer.risk).where(
        *_wanted(ways, bonus), _in_box(0)
    )


def _in_box(place: int) -> ColumnElement[bool]:
    """The condition on the box whose parameters are called so (`_edges`)."""
    name = _EDGES.format
    spans = [
        Repairer.lon.between(bindparam(name("west", span, place)), bindparam(name("east", span, place)))
        for span in (0, 1)
    ]
    lats = Repairer.lat.between(bindparam(name("south", "", place)), bindparam(name("north", "", place)))
    return and_(lats, or_(*spans))


_EDGES = "{}{}_{}"
# Between which nothing lies.
_NOWHERE = (1.0, -1.0)


def _edges(box: Box, place: int) -> dict[str, float]:
    name = _EDGES.format
    edges = {name("south", "", place): box.south, name("north", "", place): box.north}
    for span, (west, east) in enumerate((*box.lons, _NOWHERE)[:2]):
        edges |= {name("west", span, place): west, name("east", span, place): east}
    return edges


def _within_reach(
    point: Point, ways: frozenset[str], bonus: bool, given: Mapping[str, Any], limit: int
) -> dict[int, float]:
    """Distances by id, in the list's order: all within the first step that surely holds enough are looked at."""
    inside: dict[str, Any] = dict(given)
    for place, step in enumerate(STEPS_KM):
        inside |= _edges(Box.inside(point, step), place)
    counts = db.session.execute(_counting(ways, bonus, limit), inside).one()
    radius = next((step for step, count in zip(STEPS_KM, counts, strict=True) if count >= limit), REACH_KM)
    rows = db.session.execute(_around(ways, bonus), {**given, **_edges(Box.around(point, radius), 0)}).all()
    if not rows:
        return {}
    ids, lats, lons, risks = (np.array(column) for column in zip(*rows, strict=True))
    away = kilometres_to(point, lats, lons)
    order = nearest_first(ids, away, stars_of(risks))
    within = order[away[order] <= radius][:limit]
    return {int(ids[place]): float(away[place]) for place in within}


def _by_mail(
    point: Point, ways: frozenset[str], bonus: bool, given: Mapping[str, Any], limit: int
) -> dict[int, float]:
    rows = db.session.execute(
        select(Repairer.id, Repairer.lat, Repairer.lon)
        .where(
            *_wanted(ways, bonus), Repairer.country == bindparam("country"), _WAY_COLUMNS[MAIL_IN].is_(True)
        )
        .order_by(Repairer.risk, Repairer.id)
        .limit(limit),
        given,
    ).all()
    away = kilometres_to(point, np.array([row.lat for row in rows]), np.array([row.lon for row in rows]))
    return {row.id: float(distance) for row, distance in zip(rows, away, strict=True)}
