"""Where somebody is, by what they typed: a postcode, else a town, else the department of a French postcode."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Row, select, tuple_

from ...core.database import db
from .models import Postcode, TownName
from .place_names import (
    LONGEST,
    Department,
    department_named,
    department_of,
    departments,
    name_key,
    name_keys,
    postcode_in,
    postcode_key,
    town_beside,
)
from .rules import Point, kilometres, kilometres_to

EXACT, TOWN, DEPARTMENT = EXACTNESS = ("postcode", "town", "department")
# So many towns of one name are offered to choose from.
MOST_CHOICES = 6
# Names in one lookup: more rows than any name has.
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A place somebody typed, as it is known here.

    `exactness` is one of `EXACTNESS`: a page says so when it is only the department. `near` tells towns of one name
    apart: the closest prefecture, empty outside France. `unknown` is the town beside a postcode of which only the
    department is known: mostly one of another country.
    """

    name: str
    postcode: str | None
    country: str
    point: Point
    exactness: str
    near: str = ""
    unknown: str = ""


def find_place(text: str, *, country: str) -> Place | None:
    """The place that `text` most likely means; at most two SQL statements."""
    return next(iter(find_places(text, country=country)), None)


def find_places(text: str, *, country: str) -> tuple[Place, ...]:
    """All places that `text` may mean, the likeliest first; at most two SQL statements.

    A postcode that is not known falls back to the town beside it, then to its department (France).
    """
    text = text.replace("\0", "").strip()[:LONGEST]
    if not text:
        return ()
    digits = postcode_in(text)
    exact = _by_postcode(text, digits, country)
    if exact is not None:
        return (exact,)
    department = department_of(digits) if country == "FR" else None
    towns = _towns(text, country, department)
    if towns:
        return towns
    if department is None and country == "FR":
        department = department_named(text)
    return (_in_department(department, digits, town_beside(text)),) if department else ()


def _by_postcode(text: str, digits: str, country: str) -> Place | None:
    codes = {key for key in (postcode_key(text), digits) if any(map(str.isdigit, key))}
    if not codes:
        return None
    statement = select(Postcode).where(Postcode.country == country, Postcode.code.in_(sorted(codes)))
    # The longer one says more: 1012AB before 1012.
    found = max(db.session.scalars(statement), key=lambda row: len(row.code), default=None)
    if found is None:
        return None
    return Place(found.name, found.code, country, Point(found.lat, found.lon), EXACT)


def _towns(text: str, country: str, department: Department | None) -> tuple[Place, ...]:
    keys = name_keys(text)
    if not keys:
        return ()
    names = [(country, key) for key in keys]
    statement = (
        select(
            TownName.town,
            TownName.country,
            TownName.name,
            TownName.folded,
            TownName.population,
            TownName.lat,
            TownName.lon,
        )
        .where(tuple_(TownName.country, TownName.folded).in_(names))
        .order_by(TownName.population.desc(), TownName.id)
        .limit(_MOST_ROWS)
    )
    rows = sorted(db.session.execute(statement), key=lambda row: _rank(row, keys, department))
    # A town that is known by several of the names is one all the same; only those of the best reading are meant.
    best = [row for row in rows if row.folded == rows[0].folded]
    once = {row.town: row for row in reversed(best)}
    towns = [row for row in best if once.get(row.town) is row]
    return tuple(
        Place(row.name, None, country, Point(row.lat, row.lon), TOWN, _nearby(row))
        for row in towns[:MOST_CHOICES]
    )


def _rank(
    row: Row[*tuple[Any, ...]], keys: tuple[str, ...], department: Department | None
) -> tuple[float, ...]:
    """Small for what is likelier meant: the fuller reading, close to the department that was said, by its own name,
    with more people.
    """
    away = kilometres(department.point, Point(row.lat, row.lon)) // 50 if department else 0
    # Most who ask live on this side of the sea: Saint-Denis is beside Paris, Saint-Pierre on La Réunion. All of France
    # in Europe is north of 41 degrees, its departments overseas south of 20.
    people = row.population / 2 if row.country == "FR" and row.lat < 30 else row.population
    return (keys.index(row.folded), away, name_key(row.name) != row.folded, -people)


def _nearby(row: Row[*tuple[Any, ...]]) -> str:
    if row.country != "FR":
        return ""
    codes = list(departments().values())
    away = kilometres_to(
        Point(row.lat, row.lon),
        np.array([department.point.lat for department in codes]),
        np.array([department.point.lon for department in codes]),
    )
    return codes[int(away.argmin())].prefecture


def _in_department(department: Department, digits: str, unknown: str) -> Place:
    name = f"{department.name} ({department.code})"
    return Place(name, digits or None, "FR", department.point, DEPARTMENT, department.prefecture, unknown)
