"""What an operator types about a quote, and a seller about discounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from ...config import current_settings
from ...core.errors import FormInvalid
from ...core.money import Money
from ...fleet.quotes.actions import Agreed
from ...fleet.quotes.models import QuoteLine
from ...fleet.quotes.rules import DEAREST_UNIT, LEAST_PRICE, LONGEST_MESSAGE, LONGEST_TERMS, STATES
from ...fleet.wishes.rules import MOST_UNITS

LONGEST_NOTE = 500
_LARGEST_ID = 2**62


@dataclass(frozen=True, slots=True)
class QuoteFilters:
    """What the list is narrowed to; an empty state means all."""

    state: str
    text: str


def read_filters(fields: Mapping[str, str]) -> QuoteFilters:
    """It stands in the address: what can't be read narrows nothing."""
    state = fields.get("state", "")
    return QuoteFilters(
        state=state if state in STATES else "", text=fields.get("q", "").replace("\0", "").strip()[:80]
    )


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What an operator makes of a quote."""

    agreed: tuple[Agreed, ...]
    payment: str
    terms: str
    until: datetime
    note: str


def read_adjustment(
    fields: Mapping[str, str], lines: Sequence[QuoteLine], wishes: Sequence[int], payments: Sequence[str]
) -> Adjustment:
    """Quantities and prices of `lines` (0 leaves one out), perhaps another offer, and the terms. Raises
    `FormInvalid`.
    """
    errors: dict[str, str] = {}
    agreed = [
        Agreed(line.wish, line.offer_id, quantity, price)
        for line in lines
        if line.offer_id is not None
        for quantity in (_number(f"quantity-{line.position}", fields, errors, most=MOST_UNITS),)
        for price in (_price(f"price-{line.position}", fields, errors),)
        if quantity
    ]
    agreed += _another(fields, errors, wishes)
    if not agreed and not errors:
        errors["new_offer"] = _("A quote needs at least one unit. To end it, close it instead.")
    payment = fields.get("payment", "")
    if payment not in payments:
        errors["payment"] = _("Please choose how the firm pays.")
    terms = _text("terms", fields, errors, LONGEST_TERMS)
    note = _text("note", fields, errors, LONGEST_NOTE)
    if not note and "note" not in errors:
        errors["note"] = _("Please say in a few words what changed: the firm reads it.")
    until = _until(fields, errors)
    if errors or until is None:
        raise FormInvalid(errors)
    return Adjustment(tuple(agreed), payment, terms, until, note)


def _another(fields: Mapping[str, str], errors: dict[str, str], wishes: Sequence[int]) -> list[Agreed]:
    if not fields.get("new_offer", "").strip():
        return []
    offer_id = _number("new_offer", fields, errors, most=_LARGEST_ID)
    quantity = _number("new_quantity", fields, errors, most=MOST_UNITS)
    price = _price("new_price", fields, errors)
    wish = fields.get("new_wish", "")
    if wish not in [str(position) for position in wishes]:
        errors["new_wish"] = _("Please say which line of the request it is for.")
        return []
    if not quantity and "new_quantity" not in errors:
        errors["new_quantity"] = _("Please say how many.")
    return [Agreed(int(wish), offer_id, quantity, price)]


def _number(name: str, fields: Mapping[str, str], errors: dict[str, str], *, most: int) -> int:
    typed = fields.get(name, "").strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 20 and int(typed) <= most):
        errors[name] = _("Please write a whole number, such as 12.")
        return 0
    return int(typed)


def _price(name: str, fields: Mapping[str, str], errors: dict[str, str]) -> int:
    try:
        price = Money.parse(fields.get(name, ""), current_settings().shop.currency).minor
    except ValueError:
        errors[name] = _("Please write an amount such as 79.90.")
        return LEAST_PRICE
    if not LEAST_PRICE <= price <= DEAREST_UNIT:
        errors[name] = _("Please write an amount above 0.")
    return price


def _text(name: str, fields: Mapping[str, str], errors: dict[str, str], longest: int) -> str:
    """Some lines of text; what can't be printed is left out."""
    lines = fields.get(name, "")[: 10 * longest].splitlines()
    text = "\n".join("".join(sign for sign in line if sign.isprintable()).strip() for line in lines).strip()
    if len(text) > longest:
        errors[name] = _("Please shorten this: it has room for %(most)s characters.", most=longest)
    return text


def _until(fields: Mapping[str, str], errors: dict[str, str]) -> datetime | None:
    """By the shop's clock; whether it is still to come, the action says."""
    try:
        typed = f"{fields.get('until_day', '').strip()}T{fields.get('until_time', '').strip()}"
        at = datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(current_settings().shop.time_zone))
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        errors["until_day"] = _("Please give a day and a time, such as 2026-12-01 and 14:30.")
        return None


def read_words(fields: Mapping[str, str], name: str, *, longest: int = LONGEST_MESSAGE) -> str:
    """A message, or why a quote is closed. Raises `FormInvalid` without one."""
    errors: dict[str, str] = {}
    words = _text(name, fields, errors, longest)
    if not words and not errors:
        errors[name] = _("Please write a few words: the firm reads them.")
    if errors:
        raise FormInvalid(errors)
    return words


def read_seen(fields: Mapping[str, str]) -> int:
    """The version of the quote that the page showed; 0, which is none's, for anything else."""
    seen = fields.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else 0
