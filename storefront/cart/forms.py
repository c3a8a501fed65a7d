"""The cart's small forms: what was pressed, as numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from ..core.errors import FormInvalid
from .rules import MOST_UNITS

# More digits than any id of ours: refused before it reaches the database.
_NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class AddForm:
    offer_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """`seen` is the fingerprint of the page that the form stood on."""

    line_id: int
    quantity: int
    seen: str


def read_add(fields: Mapping[str, str]) -> AddForm:
    """Raises `FormInvalid`."""
    offer_id = _number(fields.get("offer", ""))
    if offer_id is None:
        raise FormInvalid({"offer": _("That offer doesn't exist. Please choose one on the product's page.")})
    return AddForm(offer_id, _quantity(fields.get("quantity", "1"), least=1))


def read_change(fields: Mapping[str, str]) -> ChangeForm:
    """Raises `FormInvalid`. A quantity of 0 removes."""
    return ChangeForm(_line(fields), _quantity(fields.get("quantity", ""), least=0), fields.get("seen", ""))


def read_remove(fields: Mapping[str, str]) -> ChangeForm:
    """Raises `FormInvalid`."""
    return ChangeForm(_line(fields), 0, fields.get("seen", ""))


def _line(fields: Mapping[str, str]) -> int:
    line_id = _number(fields.get("line", ""))
    if line_id is None:
        raise FormInvalid({"line": _("That line is not in your cart.")})
    return line_id


def _quantity(text: str, *, least: int) -> int:
    quantity = _number(text)
    if quantity is None or not least <= quantity <= MOST_UNITS:
        raise FormInvalid(
            {
                "quantity": _(
                    "Please give a quantity from %(least)s to %(most)s.", least=least, most=MOST_UNITS
                )
            }
        )
    return quantity


def _number(text: str) -> int | None:
    stripped = text.strip()
    return int(stripped) if _NUMBER.fullmatch(stripped) else None
