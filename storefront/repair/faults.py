"""What breaks, in words that people use, and how often volunteers mended it; read from `faults.csv`.

The figures count repairs that were tried at repair cafés, sorted by kind of fault by volunteers. We put kinds together
that one person would say the same of. The file is made from the Open Repair Alliance's data and, as they, under
CC BY-SA 4.0. Where they sorted nothing (consoles, watches...) the faults are ours, and stand without figures.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..core.i18n import locale_code

FILE = Path(__file__).with_name("faults.csv")
# Of fewer tries than this a rate says nothing.
ENOUGH_RECORDS = 30
OTHER = "other"
# Tries whose end is known, and how many were mended, whatever the fault (the same source and year).
TRIED: dict[str, tuple[int, int]] = {
    "smartphones": (2807, 1479),
    "tablets": (1701, 804),
    "laptops": (5196, 2955),
    "desktops": (1181, 718),
    "consoles": (338, 167),
    "monitors": (1067, 386),
    "tvs": (1067, 386),
    "audio": (1562, 969),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Whom to name beside a figure."""

    name: str
    year: int
    licence: str
    url: str


SOURCE = Source("Open Repair Alliance", 2021, "CC BY-SA 4.0", "https://openrepair.org/open-data/")


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of so many tries ended with a device that works; `of_fault` or else of its category, all faults."""

    records: int
    fixed: int
    of_fault: bool

    @property
    def percent(self) -> int:
        return round(100 * self.fixed / self.records)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a category's devices. `records` is 0 where nobody counted."""

    category: str
    code: str
    label_en: str
    label_fr: str
    records: int
    fixed: int
    share_percent: float | None

    @property
    def label(self) -> str:
        """In the reader's language."""
        return self.label_fr if locale_code() == "fr" else self.label_en

    @property
    def too_few(self) -> bool:
        """Whether it was counted, and too seldom to say anything."""
        return self.code != OTHER and 0 < self.records < ENOUGH_RECORDS

    @property
    def fixed_percent(self) -> int | None:
        """How many of a hundred tries ended well; none of too few."""
        if self.records < ENOUGH_RECORDS:
            return None
        return Rate(self.records, self.fixed, of_fault=True).percent


@cache
def _all() -> dict[str, tuple[Fault, ...]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    counted: dict[str, int] = {}
    for row in rows:
        counted[row["category"]] = counted.get(row["category"], 0) + int(row["records"] or 0)
    faults = [_fault(row, counted[row["category"]]) for row in rows]
    # The most frequent first; "something else" is what one says after looking at the others.
    faults.sort(key=lambda fault: (fault.code == OTHER, -fault.records))
    return {
        category: tuple(fault for fault in faults if fault.category == category)
        for category in dict.fromkeys(row["category"] for row in rows)
    }


def _fault(row: dict[str, str], counted: int) -> Fault:
    records = int(row["records"] or 0)
    return Fault(
        category=row["category"],
        code=row["code"],
        label_en=row["label_en"],
        label_fr=row["label_fr"],
        records=records,
        fixed=int(row["fixed"] or 0),
        share_percent=100 * records / counted if records >= ENOUGH_RECORDS else None,
    )


def categories() -> tuple[str, ...]:
    """The slugs of the categories whose faults have names."""
    return tuple(_all())


def faults_of(category: str) -> tuple[Fault, ...]:
    """The faults of a category, the most frequent first; of a category that we don't know, just "something else"."""
    return _all().get(category) or (Fault(category, OTHER, *_ANYTHING, 0, 0, None),)


def fault_called(category: str, code: str) -> Fault | None:
    return next((fault for fault in faults_of(category) if fault.code == code), None)


def rate_of(category: str, code: str) -> Rate | None:
    """How often such a repair went well: of this fault; of the category where its faults are not told apart, or this is
    "something else"; none where this very fault was tried too seldom, which is not what all of them together say.
    """
    fault = fault_called(category, code)
    if fault and fault.too_few:
        return None
    if fault and fault.code != OTHER and fault.fixed_percent is not None:
        return Rate(fault.records, fault.fixed, of_fault=True)
    return Rate(*TRIED[category], of_fault=False) if category in TRIED else None


# A category that a reseller made up has no list of its own.
_ANYTHING = ("It doesn't work as it should", "Ça ne marche plus bien")
