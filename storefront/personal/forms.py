"""The forms of a customer's own pages."""

from collections.abc import Mapping

from flask_babel import gettext as _

from ..checkout.address_form import read_address as address_fields
from ..core.errors import FormInvalid
from ..house.running import current_house


def read_address(fields: Mapping[str, str]) -> dict[str, str]:
    """An address that the shop delivers to, by field. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    values = address_fields(fields, current_house().tariff.countries, errors)
    if errors:
        raise FormInvalid({name: errors[name] for name in [*values] if name in errors})
    return values


def read_number(fields: Mapping[str, str]) -> str:
    """The number of an order, as it was typed. Raises `FormInvalid` when there is none."""
    number = fields.get("number", "").strip()
    if not number:
        raise FormInvalid({"number": _("Please give the order's number: it looks like R-2026-7F3K9Q.")})
    if len(number) > 40:
        raise FormInvalid(
            {"number": _("That is too long for an order's number: it looks like R-2026-7F3K9Q.")}
        )
    return number


def read_goodbye(fields: Mapping[str, str]) -> str:
    """The password that goes with a wish to close the account. Raises `FormInvalid`."""
    if not fields.get("current"):
        raise FormInvalid({"current": _("Please give your password: nobody else shall close your account.")})
    return fields["current"]
