"""A seller's volume discounts, as they are typed: rows of units and percent, empty ones left out."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from ...core.errors import FormInvalid
from ...fleet.allocation.rules import Tier
from ...fleet.allocation.tiers import FEWEST_UNITS, LEAST_PERCENT, MOST_PERCENT, MOST_TIERS, MOST_UNITS


def fields_of(tiers: Sequence[Tier]) -> dict[str, str]:
    """What the form shows before anybody typed."""
    return {
        name: str(value)
        for place, tier in enumerate(tiers)
        for name, value in ((f"units-{place}", tier.from_units), (f"percent-{place}", tier.percent))
    }


def read_tiers(fields: Mapping[str, str]) -> list[Tier]:
    """From the fewest units on; more units never cost more each. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    found: dict[int, tuple[int, int]] = {}
    for place in range(MOST_TIERS):
        units, percent = (fields.get(f"{name}-{place}", "").strip() for name in ("units", "percent"))
        if units or percent:
            many = _number(f"units-{place}", units, FEWEST_UNITS, MOST_UNITS, errors)
            less = _number(
                f"percent-{place}", percent.removesuffix("%").strip(), LEAST_PERCENT, MOST_PERCENT, errors
            )
            if many in found:
                errors.setdefault(f"units-{place}", _("This number of units stands there twice."))
            found[many] = (less, place)
    _check_rising(found, errors)
    if errors:
        raise FormInvalid(errors)
    return [Tier(units, found[units][0]) for units in sorted(found)]


def _number(name: str, typed: str, least: int, most: int, errors: dict[str, str]) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 6 and least <= int(typed) <= most):
        errors[name] = _("Please write a whole number from %(least)s to %(most)s.", least=least, most=most)
        return 0
    return int(typed)


def _check_rising(found: Mapping[int, tuple[int, int]], errors: dict[str, str]) -> None:
    before = 0
    for units in sorted(found):
        percent, place = found[units]
        if percent < before:
            errors.setdefault(f"percent-{place}", _("More units can't bring less than fewer of them do."))
        before = max(before, percent)
