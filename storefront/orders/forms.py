"""The forms around an order, as people fill them in."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from ..core.errors import FormInvalid
from ..core.money import Money
from ..core.typed import whole_number
from .models import Parcel
from .rules import is_tracking_link, spread
from .serials import read_serial


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


def read_reason(fields: Mapping[str, str]) -> str:
    """Why something is cancelled, refused or given back: it stays in the log. Raises `FormInvalid` without one."""
    reason = " ".join(fields.get("reason", "").split())
    if not reason or len(reason) > 200:
        raise FormInvalid({"reason": _("Please say why, in at most 200 characters.")})
    return reason


def read_note(fields: Mapping[str, str]) -> str:
    """A note for whoever works on the order. Raises `FormInvalid` for an empty one."""
    text = fields.get("note", "").strip()
    if not text or len(text) > 2_000:
        raise FormInvalid({"note": _("Please write at most 2,000 characters, and not none.")})
    return text


def read_tracking(fields: Mapping[str, str]) -> str:
    """The carrier's link, empty where there is none. Raises `FormInvalid` for what is no https address."""
    link = fields.get("tracking_url", "").strip()
    if link and not is_tracking_link(link):
        sentence = _("A tracking address begins with https:// and has at most 500 characters.")
        raise FormInvalid({"tracking_url": sentence})
    return link


def read_serials(fields: Mapping[str, str], parcel: Parcel) -> dict[int, tuple[str, ...]]:
    """The serial numbers of a parcel's units (`serials-17`, one a line, in order); a line that the form doesn't name
    stays as it is. Raises `FormInvalid` for what is none, for the same twice, and for more than there are units.
    """
    found: dict[int, tuple[str, ...]] = {}
    errors: dict[str, str] = {}
    for line in parcel.lines:
        name = f"serials-{line.id}"
        if name not in fields:
            continue
        typed = [text.strip() for text in fields[name][:10_000].strip("\r\n").splitlines()]
        if len(typed) > line.quantity:
            errors[name] = ngettext(
                "There is one device in this line.", "There are %(num)d devices in this line.", line.quantity
            )
            continue
        try:
            read = tuple(read_serial(text) if text else "" for text in typed)
        except ValueError:
            errors[name] = _("A serial number has 4 to 40 letters and digits, nothing else.")
            continue
        found[line.id] = read
    given = [serial for serials in found.values() for serial in serials if serial]
    if len(set(given)) < len(given):
        errors[next(iter(errors), f"serials-{next(iter(found))}")] = _(
            "The same serial number stands here twice."
        )
    if errors:
        raise FormInvalid(errors)
    return found


def read_seen(fields: Mapping[str, str]) -> int:
    """The version of the order or parcel that the page showed; 0, which is nobody's, for anything else."""
    return whole_number(fields.get("seen", "")) or 0


@dataclass(frozen=True, slots=True)
class ReductionForm:
    """What of a parcel's price is to be given back: of lines, by id, and of the delivery; and why."""

    lines: Mapping[int, Money]
    delivery: Money
    reason: str


def read_reduction(fields: Mapping[str, str], parcel: Parcel) -> ReductionForm:
    """An amount for each line (`line-17`) and the `delivery`, or one free `amount`, spread over what is left of them.

    Raises `FormInvalid` for what is no amount, and for a free amount above what is left; more than is left of one line
    is refused by the action, which knows how it stands.
    """
    reason = read_reason(fields)
    currency = parcel.order.currency
    names = {line.id: f"line-{line.id}" for line in parcel.lines}
    lines = {line_id: _money(fields, name, currency) for line_id, name in names.items()}
    delivery, free = _money(fields, "delivery", currency), _money(fields, "amount", currency)
    if not free:
        return ReductionForm({key: money for key, money in lines.items() if money}, delivery, reason)
    if delivery or any(lines.values()):
        raise FormInvalid({"amount": _("Please give one amount in all, or amounts by line, not both.")})
    left = [line.left_minor for line in parcel.lines]
    try:
        parts = spread(free.minor, [*left, parcel.shipping_minor - parcel.delivery_given_up_minor])
    except ValueError as error:
        raise FormInvalid({"amount": _("That is more than what is still paid for it.")}) from error
    given = {line_id: Money(part, currency) for line_id, part in zip(names, parts, strict=False) if part}
    return ReductionForm(given, Money(parts[-1], currency), reason)


def _money(fields: Mapping[str, str], name: str, currency: str) -> Money:
    typed = fields.get(name, "").strip()
    try:
        money = Money.parse(typed, currency) if typed else Money(0, currency)
    except ValueError as error:
        raise FormInvalid({name: _("Please write an amount such as 12.50.")}) from error
    if money.minor < 0:
        raise FormInvalid({name: _("Please write an amount such as 12.50.")})
    return money
