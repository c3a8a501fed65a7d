"""The forms around an order, as people fill them in."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ..core.errors import FormInvalid


@dataclass(frozen=True, slots=True)
class WithdrawalForm:
    """Who withdraws from which order, by its number and the mail address it was placed with."""

    number: str
    email: str
    name: str


def read_withdrawal(fields: Mapping[str, str]) -> WithdrawalForm:
    """Raises `FormInvalid`. Whether such an order exists is not asked here, and nowhere told."""
    values = {name: fields.get(name, "").strip() for name in ("number", "email", "name")}
    errors = {
        name: _("Please shorten this: it has room for 200 characters.")
        for name in values
        if len(values[name]) > 200
    }
    for name, value in values.items():
        if any(unicodedata.category(character) == "Cc" for character in value):
            errors[name] = _("This holds characters that can't be printed. Please type it again.")
    if not values["number"]:
        errors["number"] = _(
            "Please give the order's number: it stands in your confirmation mail, like R-2026-7F3K9Q."
        )
    if "@" not in values["email"]:
        errors.setdefault("email", _("Please give the mail address that you ordered with."))
    if not values["name"]:
        errors["name"] = _("Please give your name.")
    if errors:
        raise FormInvalid(errors)
    return WithdrawalForm(**values)


def read_lines(fields: MultiDict[str, str], possible: Collection[int]) -> frozenset[int]:
    """The ticked lines among those of the order. Raises `FormInvalid` when there is none."""
    ticked = {text for value in fields.getlist("line") for text in value.split(",")}
    chosen = frozenset(line_id for line_id in possible if str(line_id) in ticked)
    if not chosen:
        raise FormInvalid({"line": _("Please tick what you withdraw from.")})
    return chosen
