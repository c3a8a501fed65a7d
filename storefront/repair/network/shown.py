"""Repairers as pages show them: choices of forms, prices by fault, what customers said."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict

from ...catalog.standard import CATEGORIES as STANDARD
from ...catalog.titles import category_name
from ...config import current_settings
from ...core.money import Money
from ...orders.labels import country_name
from ..faults import fault_called, faults_of
from .forms import LANGUAGES, LONGEST_HOURS, DailyForm, RepairerForm
from .labels import WAYS, language_name
from .models import Repairer, RepairerPrice
from .price_form import is_price_field, price_field
from .queries import Said, Words, said_of, words_about
from .rules import ELSE, REPAIRED_THINGS

# What a form may hold several of.
MANY = ("categories", "ways", "languages", "checked")


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be ticked: codes with their labels."""

    categories: tuple[tuple[str, str], ...]
    ways: tuple[tuple[str, LazyString], ...]
    languages: tuple[str, ...]
    longest_hours: int


def choices() -> Choices:
    return Choices(
        categories=tuple((slug, category_label(slug)) for slug in REPAIRED_THINGS),
        ways=tuple(WAYS.items()),
        languages=LANGUAGES,
        longest_hours=LONGEST_HOURS,
    )


def category_label(slug: str) -> str:
    """The category's name in the reader's language."""
    return _("Other devices") if slug == ELSE else category_name(STANDARD[slug])


@dataclass(frozen=True, slots=True)
class PriceField:
    """A fault to say a price for; `name` is its field's."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class PriceGroup:
    """The faults of one category."""

    label: str
    fields: tuple[PriceField, ...]


def price_fields(categories: Iterable[str]) -> list[PriceGroup]:
    """What a repairer of these categories may say prices for; things that have nothing in common have none."""
    return [
        PriceGroup(
            category_label(slug),
            tuple(PriceField(price_field(slug, fault.code), fault.label) for fault in faults_of(slug)),
        )
        for slug in categories
        if slug != ELSE
    ]


def field_labels(groups: Iterable[PriceGroup] = ()) -> dict[str, str]:
    """What the fields are called, by name: on the form, and where it says what to put right."""
    labels = {
        "name": _("Name of your firm"),
        "register_number": _("Register number"),
        "email": _("Mail address"),
        "street": _("Street and number"),
        "postcode": _("Postcode"),
        "city": _("Town"),
        "country": _("Country"),
        "categories": _("What you repair"),
        "ways": _("How devices reach you"),
        "hours": _("Opening hours"),
        "languages": _("Languages"),
        "phone": _("Phone"),
        "website": _("Website"),
        "insurer": _("Insurer"),
        "insurance_policy": _("Number of the policy"),
        "bonus_label": _("We have the label of the repair bonus (QualiRépar)"),
        "agreed": _("Consent"),
    }
    return labels | {
        field.name: f"{group.label}, {field.label[:1].lower()}{field.label[1:]}"
        for group in groups
        for field in group.fields
    }


def own_values(repairer: Repairer) -> dict[str, Any]:
    """What its own form holds before anybody types."""
    values: dict[str, Any] = {name: getattr(repairer, name) for name in DailyForm.__slots__}
    values["ways"] = repairer.ways
    values["languages"] = repairer.languages.split()
    values["seen"] = repairer.version
    for price in repairer.prices:
        values[price_field(price.category, price.fault)] = _span(price)
    return values


def full_values(repairer: Repairer) -> dict[str, Any]:
    """What an operator's form holds before anybody types."""
    values = own_values(repairer) | {name: getattr(repairer, name) for name in RepairerForm.__slots__}
    values["bonus_label"] = "yes" if repairer.bonus_label else ""
    values["categories"] = [row.category for row in repairer.categories]
    return values


def _span(price: RepairerPrice) -> str:
    currency = current_settings().shop.currency
    ends = [Money(minor, currency).amount for minor in (price.low_minor, price.high_minor)]
    texts = [f"{end:f}".removesuffix(".00") for end in ends]
    return texts[0] if texts[0] == texts[1] else "-".join(texts)


def typed(fields: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed and ticked, to be shown again; what no page can show is left out."""
    values: dict[str, Any] = {
        name: "".join(
            sign for sign in value if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")
        )
        for name, value in fields.items()
    }
    return values | {name: fields.getlist(name) for name in MANY}


def changed_since(
    now: Mapping[str, Any], typed: Mapping[str, Any], labels: Mapping[str, str]
) -> dict[str, str]:
    """What stands there now where that isn't what was typed, in words, by the field's name. `now` and `typed` are
    values as `own_values` or `full_values` has them.
    """
    stands = {name: _in_words(name, now.get(name)) for name in labels if name in now or is_price_field(name)}
    return {
        name: text or _("nothing")
        for name, text in stands.items()
        if text != _in_words(name, typed.get(name))
    }


def _in_words(name: str, value: str | Sequence[str] | None) -> str:
    if name == "country" and isinstance(value, str) and value:
        return country_name(value)
    if name == "bonus_label":
        return _("yes") if value else _("no")
    if is_price_field(name):
        return "".join((str(value or "")).split())
    if name in MANY:
        say = {"categories": category_label, "ways": lambda way: str(WAYS[way]), "languages": language_name}[
            name
        ]
        return ", ".join(say(code) for code in value or ())
    return " ".join(str(value or "").split())


@dataclass(frozen=True, slots=True)
class PriceShown:
    """What a repairer says that mending a fault costs."""

    fault: str
    low: Money
    high: Money


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What customers see of a repairer beside its own facts; `prices` by category's name."""

    categories: tuple[str, ...]
    prices: Mapping[str, Sequence[PriceShown]]
    said: Said
    words: tuple[Words, ...]


def public(repairer: Repairer) -> PublicPage:
    """Four SQL statements, whatever there is."""
    currency = current_settings().shop.currency
    prices: dict[str, list[PriceShown]] = {}
    for price in repairer.prices:
        fault = fault_called(price.category, price.fault)
        if fault is not None:
            low, high = Money(price.low_minor, currency), Money(price.high_minor, currency)
            prices.setdefault(category_label(price.category), []).append(PriceShown(fault.label, low, high))
    return PublicPage(
        categories=tuple(category_label(row.category) for row in repairer.categories),
        prices=prices,
        said=said_of([repairer.id]).get(repairer.id, Said()),
        words=tuple(words for words in words_about(repairer.id) if not words.hidden),
    )
