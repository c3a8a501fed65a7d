"""What repairs cost with a repairer: a field for each fault of each category, with one price, or from and to."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from ...catalog.formats.amounts import plain_amount
from ...core.money import Money
from ..faults import faults_of
from .rules import CATEGORIES

# A repair that costs more is a typing error (in whole units of the shop's currency).
DEAREST = 5_000
_BETWEEN = re.compile(r"\s*(?:-|–|—|\bto\b|\bà\b)\s*")
_PREFIX = "price-"


@dataclass(frozen=True, slots=True)
class PriceHint:
    """What repairing a fault costs, from and to, in minor units, with parts and VAT."""

    category: str
    fault: str
    low_minor: int
    high_minor: int


def price_field(category: str, fault: str) -> str:
    """The name of a price's field."""
    return f"{_PREFIX}{category}-{fault}"


def is_price_field(name: str) -> bool:
    """Whether a field is one of them."""
    return name.startswith(_PREFIX)


def read_prices(
    fields: Mapping[str, str], categories: Collection[str], currency: str, errors: dict[str, str]
) -> tuple[PriceHint, ...]:
    """The prices for faults of these categories; a sentence in `errors` for each that can't be read."""
    hints = []
    for category in CATEGORIES:
        for fault in faults_of(category) if category in categories else ():
            name = price_field(category, fault.code)
            typed = fields.get(name, "").strip()
            if not typed:
                continue
            try:
                low, high = _span(typed, currency)
            except ValueError:
                errors[name] = _("Please give a price, or from and to: 75 or 60-90.")
            else:
                hints.append(PriceHint(category, fault.code, low, high))
    return tuple(hints)


def _span(typed: str, currency: str) -> tuple[int, int]:
    """From and to in minor units; raises `ValueError`."""
    ends = [Money.parse(plain_amount(end)[0], currency) for end in _BETWEEN.split(typed[:60])]
    if len(ends) not in (1, 2):
        raise ValueError("neither one price nor two")
    low, high = ends[0], ends[-1]
    if not 0 < low.minor <= high.minor or high.amount > DEAREST:
        raise ValueError("not from low to high")
    return low.minor, high.minor
