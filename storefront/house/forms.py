"""The house's forms: what was typed, as actions need it, or a sentence for each field that can't be taken."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale
from flask_babel import gettext as _

from ..config import CHANGEABLE, Name
from ..core.errors import FormInvalid
from ..core.money import Money
from .rules import METHODS, Method, Step, steps_in_order

# Rows of prices by weight that a form has for each method, and the heaviest that one of them names (a tonne, in grams).
STEPS = 8
_HEAVIEST_G = 1_000_000
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class ZoneForm:
    """A zone as somebody wants it."""

    name: str
    countries: tuple[str, ...]
    methods: tuple[Method, ...]


def read_settings(fields: Mapping[str, str]) -> dict[Name, str | None]:
    """The settings that a form has, by `section.name`; one whose box `unset-section.name` is ticked is none."""
    found: dict[Name, str | None] = {}
    for section, name in CHANGEABLE:
        field = f"{section}.{name}"
        if f"unset-{field}" in fields:
            found[section, name] = None
        elif field in fields:
            found[section, name] = fields[field]
    return found


def read_zone(fields: Mapping[str, str], *, currency: str) -> ZoneForm:
    """Raises `FormInvalid`. Fields: `name`, `countries` (codes with commas), and for `standard` and `express`: `METHOD`
    (ticked), `METHOD-days`, `METHOD-free` (an amount, or empty), `METHOD-up-to-0` (kilograms; empty: any weight) with
    `METHOD-price-0`, and so on.
    """
    errors: dict[str, str] = {}
    name = " ".join(fields.get("name", "").split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        errors["name"] = _("Please give the zone a name, of at most %(most)s characters.", most=_LONGEST_NAME)
    countries = _countries(fields.get("countries", ""), errors)
    chosen = [code for code in METHODS if code in fields]
    if not chosen:
        errors["standard"] = _("Please switch on at least one way to send.")
    methods = [_method(code, fields, currency, errors) for code in chosen]
    if errors:
        raise FormInvalid(errors)
    return ZoneForm(name, countries, tuple(method for method in methods if method))


def _countries(text: str, errors: dict[str, str]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(code for code in re.split(r"[\s,;]+", text.upper()) if code))
    known = Locale("en").territories
    wrong = [code for code in codes if not re.fullmatch("[A-Z]{2}", code) or code not in known]
    if not codes:
        errors["countries"] = _("Please give the two-letter codes of countries, such as FR, BE.")
    elif wrong:
        errors["countries"] = _("We know no country by this code: %(codes)s.", codes=", ".join(wrong))
    return codes


def _method(code: str, fields: Mapping[str, str], currency: str, errors: dict[str, str]) -> Method | None:
    days = fields.get(f"{code}-days", "").strip()
    if not re.fullmatch(r"\d{1,2}", days, re.ASCII) or not 1 <= int(days) <= 60:
        errors[f"{code}-days"] = _("Please give a whole number from 1 to 60.")
        return None
    free = fields.get(f"{code}-free", "").strip()
    free_from = _amount(f"{code}-free", free, currency, errors) if free else None
    steps = _steps(code, fields, currency, errors)
    if any(field.startswith(f"{code}-") for field in errors):
        return None
    if not steps_in_order(steps):
        errors[f"{code}-up-to-0"] = _(
            "Weights rise from row to row, prices never fall, and only the last row has no weight."
        )
        return None
    return Method(code, int(days), tuple(steps), free_from)


def _steps(code: str, fields: Mapping[str, str], currency: str, errors: dict[str, str]) -> list[Step]:
    steps = []
    for row in range(STEPS):
        weight = fields.get(f"{code}-up-to-{row}", "").strip()
        price = fields.get(f"{code}-price-{row}", "").strip()
        if not weight and not price:
            continue
        up_to_g = _grams(f"{code}-up-to-{row}", weight, errors) if weight else None
        steps.append(Step(up_to_g, _amount(f"{code}-price-{row}", price, currency, errors) or 0))
    return steps


def _grams(field: str, text: str, errors: dict[str, str]) -> int | None:
    plain = text.replace(",", ".").removesuffix("kg").strip()
    if re.fullmatch(r"\d{1,4}(\.\d{1,3})?", plain, re.ASCII):
        kilograms, _point, rest = plain.partition(".")
        grams = int(kilograms) * 1_000 + int(rest.ljust(3, "0"))
        if 0 < grams <= _HEAVIEST_G:
            return grams
    errors[field] = _("Please give a weight in kilograms, such as 0.5 or 30.")
    return None


def _amount(field: str, text: str, currency: str, errors: dict[str, str]) -> int | None:
    try:
        amount = Money.parse(text, currency)
    except ValueError:
        amount = Money(-1, currency)
    if 0 <= amount.minor <= 100_000_000:
        return amount.minor
    errors[field] = _("Please give an amount, such as 4.90.")
    return None
