"""ADEME's open directory of who repairs ("Longue vie aux objets"), row by row: what of it we can use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from ...core.cells import needed, optional, parsed
from ...core.folding import folded
from ...core.registers import read_register_number
from ...core.sheets import opened
from ...core.tables import Problem, Row, Table, WrongCell, WrongTable
from .forms import is_website
from .place_names import department_of
from .rules import Point, kilometres

SOURCE = "lvao"
# What the directory calls things, as far as this shop's categories go.
OBJECTS: Mapping[str, tuple[str, ...]] = {
    "smartphone_tablette_et_console": ("smartphones", "tablets", "consoles"),
    "materiel_informatique": ("laptops", "desktops"),
    "ecran": ("monitors", "tvs"),
    "materiel_hifi_et_video": ("audio",),
    "petit_electromenager": ("appliances",),
    "gros_electromenager_hors_refrigerant": ("appliances",),
    "gros_electromenager_refrigerant": ("appliances",),
}
BONUS_LABEL = "qualirepar"
REQUIRED = ("identifiant", "nom", "code_postal", "latitude", "longitude", "reparer")
KNOWN = (
    *REQUIRED,
    "paternite",
    "nom_commercial",
    "siren",
    "siret",
    "site_web",
    "telephone",
    "adresse",
    "complement_dadresse",
    "ville",
    "qualites_et_labels",
    "public_accueilli",
    "uniquement_sur_rdv",
    "horaires_description",
    "lieu_prestation",
)
# Nobody is further from the prefecture of the postcode's department: latitude and longitude were swapped, or a digit
# lost. Guyane is 400 km long, no department in Europe half as long.
FARTHEST_KM, FARTHEST_OVERSEAS_KM = 250, 450


@dataclass(slots=True)
class DirectoryReport:
    """What became of a file's rows; `remarks` are cells that were left out, `problems` rows that were."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    # Our people have decided about these: they stay as they are.
    decided: int = 0
    # Those who repair nothing that this shop sells, or for nobody.
    not_ours: int = 0
    # Lines that were read as Windows-1252.
    mended: int = 0
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listing:
    """A row as it is kept: the values of its columns by name, and its categories."""

    values: Mapping[str, Any]
    categories: frozenset[str]

    @property
    def source_id(self) -> str:
        return str(self.values["source_id"])


def read_directory(file: Path) -> tuple[list[Listing], DirectoryReport]:
    """All that the file lists and we can use, and what is wrong with the rest.

    Raises `WrongTable` for a file that is none, lacks a column, or ends in the middle of a row.
    """
    report = DirectoryReport()
    with opened(file, name=file.name) as sheet:
        table = Table(sheet.path, required=REQUIRED, known=KNOWN, name=sheet.name, most_rows=sheet.most_rows)
        listings = list(_listings(table, report, whole=_ends_well(sheet.path)))
        report.mended = table.mended
    return listings, report


def _ends_well(path: Path) -> bool:
    """Whether the last line has its end; UTF-16's last byte is one of two."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 2))
        return b"\n" in stream.read()


def _listings(table: Table, report: DirectoryReport, *, whole: bool) -> Iterator[Listing]:
    seen: set[str] = set()
    last: Row | Problem | None = None
    for item in table:
        last = item
        report.read += 1
        if isinstance(item, Problem):
            report.problems.append(item)
            continue
        try:
            listing = _listing(item, report)
            if listing is not None and listing.source_id in seen:
                raise WrongCell("identifiant", "stands there twice")
        except WrongCell as fault:
            report.problems.append(item.problem(fault))
            continue
        if listing is None:
            report.not_ours += 1
            continue
        seen.add(listing.source_id)
        yield listing
    if isinstance(last, Problem) and not whole:
        raise WrongTable(
            f"{table.name}: ends in the middle of a row (line {last.line}). Download it again; nothing was loaded."
        )


def _listing(row: Row, report: DirectoryReport) -> Listing | None:
    """The row, if it repairs what this shop's customers have. Raises `WrongCell`."""
    objects = row.cells.get("reparer", "").lower().split("|")
    categories = frozenset(category for code in objects for category in OBJECTS.get(code.strip(), ()))
    # "Professionnels": not for private people; "Aucun": for nobody.
    if not categories or folded(row.cells.get("public_accueilli", "")) in ("professionnels", "aucun"):
        return None
    source_id = needed(row, "identifiant", 80)
    name = (optional(row, "nom_commercial", 120) or needed(row, "nom", 120))[:120]
    city, postcode = optional(row, "ville", 120), _postcode(row)
    point = _point(row, postcode)
    at_home, drop_off = _ways(row)
    values = {
        "name": name,
        "phone": optional(row, "telephone", 40),
        "website": _website(row, report),
        "street": _street(row),
        "postcode": postcode,
        "city": city,
        "country": "FR",
        "lat": point.lat,
        "lon": point.lon,
        "register_number": _register_number(row, report),
        "bonus_label": BONUS_LABEL in row.cells.get("qualites_et_labels", "").lower(),
        "drop_off": drop_off,
        "at_home": at_home,
        "hours": optional(row, "horaires_description", 5_000)[:600],
        "source": SOURCE,
        "source_id": source_id,
        # The licence asks for the names of those who made it (Licence Ouverte / Etalab 2.0).
        "licence_note": ", ".join(filter(None, map(str.strip, row.cells.get("paternite", "").split("|"))))[
            :300
        ],
    }
    values["search_text"] = folded(" ".join((name, city, postcode, str(values["register_number"]))))[:700]
    return Listing(values, categories)


def _postcode(row: Row) -> str:
    text = needed(row, "code_postal", 20).replace(" ", "")
    # A spreadsheet takes the first zero of the Ain for nothing.
    digits = text.zfill(5) if text.isascii() and text.isdigit() and len(text) == 4 else text
    if department_of(digits) is None:
        raise WrongCell("code_postal", f"is {text[:20]!r}; no department has such a postcode")
    return digits


def _point(row: Row, postcode: str) -> Point:
    lat, lon = _degrees(row, "latitude", 90), _degrees(row, "longitude", 180)
    department = department_of(postcode)
    assert department is not None  # noqa: S101 - looked at with the postcode
    point = Point(lat, lon)
    away = kilometres(department.point, point)
    if away > (FARTHEST_OVERSEAS_KM if department.code.startswith("97") else FARTHEST_KM):
        raise WrongCell(
            "latitude", f"{lat}, {lon} is {away:.0f} km from {department.prefecture} ({postcode})"
        )
    return point


def _degrees(row: Row, column: str, most: int) -> float:
    value = parsed(row, column, float, f"degrees from -{most} to {most}")
    if value is None:
        raise WrongCell(column, "is empty")
    if not isfinite(value) or abs(value) > most:
        raise WrongCell(column, f"is {row.cells[column][:20]!r}; must be degrees from -{most} to {most}")
    return value


def _ways(row: Row) -> tuple[bool, bool]:
    """(at the customer's place, at its own)"""
    where = folded(row.cells.get("lieu_prestation", "")).replace("_", " ")
    at_home = "domicile" in where
    return at_home, "place" in where or not at_home


def _street(row: Row) -> str:
    parts = (optional(row, "adresse", 200), optional(row, "complement_dadresse", 200))
    return ", ".join(filter(None, parts))[:200]


def _website(row: Row, report: DirectoryReport) -> str:
    address = row.cells.get("site_web", "")
    if not address:
        return ""
    whole = address if "://" in address else f"https://{address}"
    if len(whole) <= 500 and is_website(whole):
        return whole
    report.remarks.append(
        row.problem(WrongCell("site_web", f"is {address[:40]!r}: no web address, left out"))
    )
    return ""


def _register_number(row: Row, report: DirectoryReport) -> str:
    """SIRET, else SIREN; one that doesn't add up is left out, and said."""
    for column in ("siret", "siren"):
        text = row.cells.get(column, "")
        if not text:
            continue
        try:
            return read_register_number(text, "FR")
        except ValueError:
            fault = WrongCell(column, f"is {text[:20]!r}: its check digit doesn't fit, left out")
            report.remarks.append(row.problem(fault))
    return ""
