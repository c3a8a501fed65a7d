"""Life-cycle factors, each with its source and year; read from `factors.csv`, where a category without a trustworthy
figure has no row.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..core.i18n import locale_code

FILE = Path(__file__).with_name("factors.csv")


@dataclass(frozen=True, slots=True)
class Avoided:
    """What one refurbished device avoids, against buying it new.

    `avoided` in `unit`, `per` device or year of use: the two are never mixed nor added. `new` and `refurbished` are the
    figures it is the difference of, where the source gives them.
    """

    category: str
    metric: str
    unit: str
    new: float | None
    refurbished: float | None
    avoided: float
    per: str
    source_en: str
    source_fr: str
    year: int
    url: str

    @property
    def source(self) -> str:
        """Who says so, in the reader's language."""
        return self.source_fr if locale_code() == "fr" else self.source_en


@cache
def factors() -> tuple[Avoided, ...]:
    """All factors, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Avoided(
                category=row["category"],
                metric=row["metric"],
                unit=row["unit"],
                new=float(row["new"]) if row["new"] else None,
                refurbished=float(row["refurbished"]) if row["refurbished"] else None,
                avoided=float(row["avoided"]),
                per=row["per"],
                source_en=row["source_en"],
                source_fr=row["source_fr"],
                year=int(row["year"]),
                url=row["url"],
            )
            for row in csv.DictReader(file)
        )


def climate_avoided(category: str) -> Avoided | None:
    """The climate figure of a category per device, else per year of use, else none."""
    climate = {
        factor.per: factor
        for factor in factors()
        if (factor.category, factor.metric) == (category, "climate")
    }
    return climate.get("device") or climate.get("year")


def climate_avoided_each_year(category: str) -> Avoided | None:
    """The climate figure of a category per year of use, or none: a device that lasts is no device less."""
    wanted = (category, "climate", "year")
    return next((f for f in factors() if (f.category, f.metric, f.per) == wanted), None)
