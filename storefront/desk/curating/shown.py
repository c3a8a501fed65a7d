"""Models and categories as their pages show them: each fact with where it comes from, and as a form's fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from ...catalog.labels import price_source_label
from ...catalog.models import Category, Model
from ...catalog.shown import Drawing
from ...catalog.titles import category_name
from ...catalog.weights import USUAL
from ...config import current_settings
from ...core.money import Money
from ...core.templating import day, money, number
from .labels import DRAWINGS, FACTS, FRONTS

_PICTURED = "blue"


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a model; an empty `value`: nobody knows. `source`: where it comes from, where that is kept."""

    label: str
    value: str
    source: str = ""


def facts_of(model: Model) -> list[Fact]:
    """All of them, in the order of the form."""
    values = {
        "brand_id": model.brand.name,
        "category_id": category_name(model.category),
        "released_on": _day(model.released_on),
        "security_until": _day(model.security_until),
        "supported_on": _day(model.supported_on),
        "height_mm": _number(model.height_mm),
        "width_mm": _number(model.width_mm),
        "screen_in": _number(model.screen_in),
        "weight_g": _number(model.weight_g or _weight_of(model.category)),
        "lenses": _number(model.lenses),
        "front": str(FRONTS.get(model.front, model.front)) if model.front else "",
        "drawing": str(DRAWINGS.get(kind := model.drawing or model.category.drawing, kind)),
        "new_price_minor": _money(model.new_price_minor),
        "description_en": model.description_en,
        "description_fr": model.description_fr,
    }
    sources = _sources(model)
    return [Fact(str(FACTS[name]), value, sources.get(name, "")) for name, value in values.items()]


def _sources(model: Model) -> dict[str, str]:
    sources = {}
    if not model.weight_g:
        own = model.category.weight_g
        sources["weight_g"] = _("as its category says") if own else _("what is usual for its category")
    if not model.drawing:
        sources["drawing"] = _("as its category says")
    if model.supported_on:
        sources["supported_on"] = _("looked up by hand that day: no end was announced")
    if model.new_price_minor is not None:
        asked = [price_source_label(model.new_price_source), _day(model.new_price_on)]
        sources["new_price_minor"] = ", ".join(filter(None, asked))
    return sources


def _weight_of(category: Category) -> int | None:
    return category.weight_g or USUAL.get(category.slug)


def _day(value: date | None) -> str:
    return day(value) if value else ""


def _number(value: float | None) -> str:
    return "" if value is None else number(value, 3)


def _money(minor: int | None) -> str:
    return "" if minor is None else money(Money(minor, current_settings().shop.currency))


def model_fields(model: Model) -> dict[str, str]:
    """A model as `forms.read_model` reads it."""
    names = [name for name in FACTS if name != "new_price_minor"]
    fields = {name: _typed(getattr(model, name)) for name in names}
    price = model.new_price_minor
    currency = current_settings().shop.currency
    return fields | {"new_price": "" if price is None else str(Money(price, currency).amount)}


def category_fields(category: Category) -> dict[str, str]:
    """A category as `forms.read_category` reads it."""
    names = ("name_en", "name_fr", "words", "drawing", "position", "weight_g")
    return {name: _typed(getattr(category, name)) for name in names}


def _typed(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def changed_since(now: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """What stands there now, where that isn't what was typed."""
    return {
        name: value or _("nothing")
        for name, value in now.items()
        if " ".join(typed.get(name, "").split()) != " ".join(value.split())
    }


def drawing_of(model: Model) -> Drawing:
    """The model as its cards show it, in one colour."""
    return Drawing(
        kind=model.drawing or model.category.drawing,
        colour=_PICTURED,
        height_mm=model.height_mm or 0.0,
        width_mm=model.width_mm or 0.0,
        lenses=model.lenses or 0,
        front=model.front,
    )


def kind_of(drawing: str) -> Drawing:
    """A category's drawing."""
    return Drawing(kind=drawing, colour=_PICTURED)
