"""Shipping zones as their pages show them: in a list, as a form's fields, and tried on a parcel."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale
from babel.numbers import get_decimal_symbol
from flask_babel import gettext as _

from ...config import current_settings
from ...core.errors import FormInvalid
from ...core.i18n import locale_code
from ...core.money import Money
from ...house.forms import STEPS
from ...house.rules import METHODS, Method, Zone, parcel_price
from ...house.running import current_house
from ...orders.labels import country_name, shipping_label

_FEWEST_ROWS, _SPARE_ROWS = 4, 2
_HEAVIEST_G = 1_000_000
# The European Union, its neighbours, and the French departments overseas: where a shop of ours sends most parcels.
_NEAR = frozenset({
    "AD", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB",
    "GF", "GP", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MQ",
    "MT", "NL", "NO", "PL", "PT", "RE", "RO", "SE", "SI", "SK", "SM", "VA", "YT",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """A way to send, in words. `steps`: up to which weight (none: any), and the price."""

    label: str
    days: int
    steps: tuple[tuple[int | None, Money], ...]
    free_from: Money | None


@dataclass(frozen=True, slots=True)
class ZoneView:
    """A zone in a list. Without `id`, it is what the settings say."""

    id: int | None
    name: str
    countries: str
    ways: tuple[Way, ...]


def zone_views() -> list[ZoneView]:
    """All zones; no statement: they are read already."""
    return [
        ZoneView(
            zone.id, zone.name, ", ".join(map(country_name, zone.countries)), tuple(map(_way, zone.methods))
        )
        for zone in current_house().tariff.zones
    ]


def _way(method: Method) -> Way:
    currency = current_settings().shop.currency
    free = method.free_from_minor
    return Way(
        shipping_label(method.code),
        method.travel_days,
        tuple((step.up_to_g, Money(step.price_minor, currency)) for step in method.steps),
        None if free is None else Money(free, currency),
    )


def zone_called(zone_id: int) -> Zone | None:
    return next((zone for zone in current_house().tariff.zones if zone.id == zone_id), None)


def zone_fields(zone: Zone) -> dict[str, str]:
    """A zone as `house.forms.read_zone` would read it."""
    fields = {"name": zone.name, "countries": ", ".join(zone.countries)}
    for method in zone.methods:
        code, free = method.code, method.free_from_minor
        fields |= {code: "yes", f"{code}-days": str(method.travel_days)}
        fields[f"{code}-free"] = "" if free is None else _plain(free)
        for row, step in enumerate(method.steps):
            fields[f"{code}-up-to-{row}"] = "" if step.up_to_g is None else _kilograms(step.up_to_g)
            fields[f"{code}-price-{row}"] = _plain(step.price_minor)
    return fields


def _kilograms(grams: int) -> str:
    return f"{grams / 1000:g}".replace(".", get_decimal_symbol(locale_code()))


def _plain(minor: int) -> str:
    """An amount as people write it here, and as `Money.parse` reads it."""
    amount = str(Money(minor, current_settings().shop.currency).amount)
    return amount.replace(".", get_decimal_symbol(locale_code()))


@dataclass(frozen=True, slots=True)
class MethodRows:
    """A way to send in a form, with as many rows of prices as are filled in, and a few more."""

    code: str
    label: str
    rows: range


def method_rows(fields: Mapping[str, str]) -> list[MethodRows]:
    found = []
    for code in METHODS:
        filled = [
            row
            for row in range(STEPS)
            if fields.get(f"{code}-up-to-{row}") or fields.get(f"{code}-price-{row}")
        ]
        rows = max(_FEWEST_ROWS, max(filled, default=0) + 1 + _SPARE_ROWS)
        found.append(MethodRows(code, shipping_label(code), range(min(STEPS, rows))))
    return found


def field_labels() -> dict[str, str]:
    """For the summary of what is wrong."""
    labels = {"name": _("Name of the zone"), "countries": _("Countries")}
    for code in METHODS:
        way = shipping_label(code)
        labels |= {code: way, f"{code}-days": way, f"{code}-free": way}
        for row in range(STEPS):
            where = _("%(way)s, row %(row)s", way=way, row=row + 1)
            labels |= {f"{code}-up-to-{row}": where, f"{code}-price-{row}": where}
    return labels


@dataclass(frozen=True, slots=True)
class Trial:
    """What a parcel would cost: a sentence where it can't be sent, else the ways with their prices."""

    sentence: str
    prices: tuple[tuple[str, Money, int], ...]


def countries() -> list[tuple[str, str]]:
    """All countries by name, those that parcels go to first."""
    ours = current_house().tariff.countries
    names = {
        code: name
        for code, name in Locale(locale_code()).territories.items()
        if re.fullmatch("[A-Z]{2}", code)
    }
    return sorted(names.items(), key=lambda item: (item[0] not in ours, item[1]))


@dataclass(frozen=True, slots=True)
class CountryBoxes:
    """Countries to tick, each `(code, name, ticked)`, by name; what else was chosen stands in `others`, as typed."""

    boxes: tuple[tuple[str, str, bool], ...]
    others: str


def country_boxes(chosen: str) -> CountryBoxes:
    """Those near by, and whatever is among the `chosen` codes."""
    codes = [code for code in re.split(r"[\s,;]+", chosen.upper()) if code]
    names = dict(countries())
    offered = sorted((names[code], code) for code in _NEAR | (set(codes) & set(names)))
    return CountryBoxes(
        tuple((code, name, code in codes) for name, code in offered),
        ", ".join(code for code in codes if code not in names),
    )


def try_parcel(fields: Mapping[str, str]) -> Trial:
    """The price of a parcel with goods of `goods` that weighs `weight` grams, to `country`. Raises `FormInvalid`."""
    currency = current_settings().shop.currency
    errors = {}
    weight = fields.get("weight", "").strip()
    if not re.fullmatch(r"\d{1,7}", weight, re.ASCII) or not 0 < int(weight) <= _HEAVIEST_G:
        errors["weight"] = _("Please give a whole number of grams, such as 500.")
    try:
        goods = Money.parse(fields.get("goods", "").strip() or "0", currency)
    except ValueError:
        errors["goods"] = _("Please give an amount, such as 4.90.")
    if errors:
        raise FormInvalid(errors)
    country = fields.get("country", "")
    zone = current_house().tariff.zone_of(country)
    if zone is None:
        return Trial(_("Parcels don't go to %(country)s.", country=country_name(country)), ())
    prices = tuple(
        (
            shipping_label(method.code),
            Money(parcel_price(method, weight_g=int(weight), goods_minor=goods.minor), currency),
            method.travel_days,
        )
        for method in zone.methods
    )
    sentence = _("To %(country)s, zone %(zone)s:", country=country_name(country), zone=zone.name)
    return Trial(sentence if zone.name else _("To %(country)s:", country=country_name(country)), prices)
