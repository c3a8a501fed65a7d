"""How people write where they live: towns, postcodes, departments. Pure, as `rules` is."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ...core.folding import folded
from .rules import Point

DEPARTMENTS_CSV = Path(__file__).with_name("departments.csv")
# What GeoNames holds as countries of their own, and French people as departments: postcodes begin with these.
OVERSEAS = {"GP": "971", "MQ": "972", "GF": "973", "RE": "974", "YT": "976"}
LONGEST = 120

_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})
# "Lyon 3e", "Marseille 13013 Cedex 2", "Paris 11e arrondissement": the town is what stands before.
_TAIL = re.compile(r" (?:cedex(?: \d+)?|\d+ ?(?:er|e|eme|ieme|st|nd|rd|th)?(?: arrondissement)?)$")
# "F-44000", "44 000", "1012 AB": digits that begin a text or stand alone in it, with two letters in the Netherlands.
_DIGITS = re.compile(r"(?:^|[^a-z0-9])(?:[a-z]{1,2}[ -]?)?(\d{2} ?\d{3}|\d{4,5})(?: ?[a-z]{2})?(?![a-z0-9])")
_DEPARTMENT = re.compile(r"(?:\d\d|2[ab]|97\d)")


@dataclass(frozen=True, slots=True)
class Department:
    """A French department, and where its prefecture is."""

    code: str
    name: str
    prefecture: str
    point: Point


def name_key(text: str) -> str:
    """What a town's name is looked up by. `St-Étienne`, `SAINT ETIENNE`: `saint etienne`."""
    plain = folded(text.translate(_LIGATURES).casefold().translate(_LIGATURES))
    words = re.sub(r"[^0-9a-z]+", " ", plain).split()
    return " ".join(_SHORT.get(word, word) for word in words)[:LONGEST]


def name_keys(text: str) -> tuple[str, ...]:
    """The names that a text may mean, the likeliest first: as it is, then without postcode and arrondissement."""
    plain = folded(text)
    keys = [name_key(text)]
    found = _DIGITS.search(plain)
    if found:
        # Two letters behind the digits belong to them in Amsterdam, and not in Le Mans.
        for start, end in (found.span(1), found.span()):
            keys.append(name_key(f"{plain[:start]} {plain[end:]}"))
    for key in keys[:]:
        shorter = key
        while (cut := _TAIL.sub("", shorter)) != shorter:
            shorter = cut
            keys.append(shorter)
    return tuple(dict.fromkeys(key for key in keys if re.search("[a-z]", key)))


def postcode_key(text: str) -> str:
    """A postcode as the table has it: `1012 ab` is `1012AB`."""
    return re.sub(r"[^0-9A-Z]", "", folded(text).upper())[:12]


def postcode_in(text: str) -> str:
    """The digits of the postcode that a text holds; empty when there is none."""
    found = _DIGITS.search(folded(text))
    return found[1].replace(" ", "") if found else ""


def town_beside(text: str) -> str:
    """What stands beside a postcode's digits, as it was typed; empty without letters, and without digits."""
    plain = folded(text)
    found = _DIGITS.search(plain)
    if found is None or not re.search("[a-z]", plain[: found.start()] + plain[found.end() :]):
        return ""
    if len(plain) == len(text):
        plain = text
    return " ".join(f"{plain[: found.start()]} {plain[found.end(1) :]}".split()).strip(" ,;()-")


@cache
def departments() -> Mapping[str, Department]:
    """All of them by code: `01` to `95`, `2A`, `2B`, `971` and on. Prefectures as GeoNames places them."""
    with DEPARTMENTS_CSV.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Department(
                row["code"], row["name"], row["prefecture"], Point(float(row["lat"]), float(row["lon"]))
            )
            for row in csv.DictReader(file)
        }


def department_of(postcode: str) -> Department | None:
    """The department of a French postcode, as La Poste numbers them; none for what is no postcode of one."""
    if not re.fullmatch("[0-9]{5}", postcode):
        return None
    if postcode.startswith("20"):
        # Corsica was one department when postcodes were made: 200 and 201 are the south, 202 and 206 the north.
        code = "2A" if postcode < "20200" else "2B"
    else:
        code = postcode[:3] if postcode.startswith("97") else postcode[:2]
    return departments().get(code)


def department_named(text: str) -> Department | None:
    """The department that a text calls by its number or its name."""
    key = name_key(text)
    if _DEPARTMENT.fullmatch(key):
        return departments().get(key.upper())
    return _by_name().get(key)


@cache
def _by_name() -> Mapping[str, Department]:
    return {name_key(department.name): department for department in departments().values()}
