"""What is typed of a model, a category or a brand, as the catalogue takes it."""

import re
from collections.abc import Collection, Mapping
from datetime import date

from flask_babel import gettext as _

from ...catalog.curating import CategoryFacts, ModelFacts
from ...core.errors import FormInvalid
from ...core.money import Money
from ...core.typed import whole_number
from .labels import DRAWINGS, FRONTS

_NAME, _MODEL_NAME, _SOURCE, _WORDS, _DESCRIPTION = 80, 160, 160, 1_000, 5_000
_LARGEST = 1_000_000


def read_model(
    fields: Mapping[str, str], *, brands: Collection[int], categories: Collection[int], currency: str
) -> ModelFacts:
    """`brands` and `categories` are the ids that there are. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    price, asked_on = _price(fields, currency, errors), _date(fields, "new_price_on", errors)
    if price is not None and asked_on is None:
        errors.setdefault("new_price_on", _("A price new needs the day on which it was asked."))
    facts = ModelFacts(
        name=_line(fields, "name", _MODEL_NAME, errors, needed=True),
        brand_id=_one_of(fields, "brand_id", brands, errors),
        category_id=_one_of(fields, "category_id", categories, errors),
        released_on=_date(fields, "released_on", errors),
        security_until=_date(fields, "security_until", errors),
        supported_on=_date(fields, "supported_on", errors),
        height_mm=_size(fields, "height_mm", errors),
        width_mm=_size(fields, "width_mm", errors),
        screen_in=_size(fields, "screen_in", errors),
        weight_g=_size(fields, "weight_g", errors),
        lenses=_whole(fields, "lenses", 0, 9, errors),
        front=_choice(fields, "front", FRONTS, errors),
        drawing=_choice(fields, "drawing", {"", *DRAWINGS}, errors),
        new_price_minor=price,
        new_price_on=asked_on,
        new_price_source=_line(fields, "new_price_source", _SOURCE, errors),
        description_en=_text(fields, "description_en", _DESCRIPTION, errors),
        description_fr=_text(fields, "description_fr", _DESCRIPTION, errors),
    )
    if errors:
        raise FormInvalid(errors)
    return facts


def read_category(fields: Mapping[str, str]) -> CategoryFacts:
    """Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    weight = _whole(fields, "weight_g", 1, _LARGEST, errors)
    position = _whole(fields, "position", 0, 9_999, errors)
    facts = CategoryFacts(
        name_en=_line(fields, "name_en", _NAME, errors, needed=True),
        name_fr=_line(fields, "name_fr", _NAME, errors, needed=True),
        words=_text(fields, "words", _WORDS, errors),
        drawing=_choice(fields, "drawing", DRAWINGS, errors),
        position=100 if position is None else position,
        weight_g=weight,
    )
    if errors:
        raise FormInvalid(errors)
    return facts


def read_brand(fields: Mapping[str, str]) -> str:
    """The name. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    name = _line(fields, "name", _NAME, errors, needed=True)
    if errors:
        raise FormInvalid(errors)
    return name


def number_in(text: str) -> int | None:
    """An id as addresses and forms have it; none where it is no such number."""
    return whole_number(text)


def _line(
    fields: Mapping[str, str], name: str, longest: int, errors: dict[str, str], *, needed: bool = False
) -> str:
    text = " ".join(fields.get(name, "").split())
    if needed and not text:
        errors[name] = _("Please give a name.")
    return _checked(text, text, name, longest, errors)


def _text(fields: Mapping[str, str], name: str, longest: int, errors: dict[str, str]) -> str:
    text = fields.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return _checked(text, text.replace("\n", ""), name, longest, errors)


def _checked(text: str, signs: str, name: str, longest: int, errors: dict[str, str]) -> str:
    if len(text) > longest:
        errors[name] = _("Please shorten this: it has room for %(most)s characters.", most=longest)
    elif not signs.isprintable():
        errors[name] = _("This holds characters that can't be printed. Please type it again.")
    return text


def _date(fields: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    text = fields.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        errors[name] = _("Please give a date as year, month and day, such as 2021-09-24.")
        return None


def _size(fields: Mapping[str, str], name: str, errors: dict[str, str]) -> float | None:
    text = fields.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text, re.ASCII) and 0 < float(text) < _LARGEST:
        return float(text)
    errors[name] = _("Please give a number above 0, such as 146.7.")
    return None


def _whole(fields: Mapping[str, str], name: str, least: int, most: int, errors: dict[str, str]) -> int | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    if re.fullmatch(r"\d{1,7}", text, re.ASCII) and least <= int(text) <= most:
        return int(text)
    errors[name] = _("Please give a whole number from %(least)s to %(most)s.", least=least, most=most)
    return None


def _price(fields: Mapping[str, str], currency: str, errors: dict[str, str]) -> int | None:
    text = fields.get("new_price", "").strip()
    if not text:
        return None
    try:
        minor = Money.parse(text, currency).minor
    except ValueError:
        minor = 0
    if 0 < minor <= 100_000_000:
        return minor
    errors["new_price"] = _("Please give an amount, such as 4.90.")
    return None


def _one_of(fields: Mapping[str, str], name: str, ids: Collection[int], errors: dict[str, str]) -> int:
    chosen = number_in(fields.get(name, ""))
    if chosen in ids and chosen is not None:
        return chosen
    errors[name] = _("Please choose from the list.")
    return 0


def _choice(fields: Mapping[str, str], name: str, choices: Collection[str], errors: dict[str, str]) -> str:
    chosen = fields.get(name, "")
    if chosen not in choices:
        errors[name] = _("Please choose from the list.")
    return chosen
