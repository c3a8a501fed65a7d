"""The lines of a request as a form has them: `quantity-0`, `device-0`, ..., one number a line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from ...catalog.formats.amounts import plain_amount
from ...catalog.rules import GRADES
from ...core.money import Money
from ...core.typed import whole_number
from .rules import (
    DEAREST,
    LONGEST_LINE,
    MOST_LINES,
    MOST_STORAGE_GB,
    MOST_UNITS,
    SAME_MODEL,
    UNIFORMITIES,
    Wish,
    units_of,
)

# `text` is what was typed, `read` what of it the other fields were made of; `device` is `m:ID` or `c:SLUG`.
FIELDS = (
    "text", "read", "quantity", "spare", "device", "words", "storage", "grade", "battery", "budget", "uniformity",
    "wanted_on",
)  # fmt: skip
LONGEST_WORDS = 120
_STORAGE = re.compile(r"(\d{1,5})\s*(g[bo]?|t[bo]?)?", re.IGNORECASE)
# A line may be looked forward to for so long (days).
MOST_DAYS = 365


@dataclass(slots=True)
class Line:
    """A line as it was typed, field by field, and what is wrong with it by the name of a field."""

    number: int
    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def name(self, of: str) -> str:
        return f"{of}-{self.number}"

    @property
    def is_changed(self) -> bool:
        """Whether its text is another than the one that was read."""
        return self.values["text"] != self.values["read"]


def typed_lines(fields: Mapping[str, str]) -> list[Line]:
    """The lines that a form has, but those that were taken off and those that are empty."""
    lines = []
    for number in range(MOST_LINES):
        values = {name: fields.get(f"{name}-{number}", "").strip() for name in FIELDS}
        taken_off = fields.get(f"drop-{number}") == "yes"
        if not taken_off and (values["text"] or values["device"] or values["words"]):
            lines.append(Line(number, values))
    return lines


def line_values(wish: Wish, currency: str) -> dict[str, str]:
    """A wish as its line's fields."""
    device = f"m:{wish.model_id}" if wish.model_id else f"c:{wish.category}" if wish.category else ""
    budget = format(Money(wish.budget, currency).amount, "f") if wish.budget else ""
    return {
        "text": wish.text,
        "read": wish.text,
        "quantity": str(wish.quantity),
        "spare": str(wish.spare or ""),
        "device": device,
        "words": wish.words,
        "storage": str(wish.storage_gb or ""),
        "grade": wish.grade,
        "battery": str(wish.battery or ""),
        "budget": budget.removesuffix(".00"),
        "uniformity": wish.uniformity,
        "wanted_on": wish.wanted_on.isoformat() if wish.wanted_on else "",
    }


def read_line(line: Line, *, currency: str, today: date) -> Wish | None:
    """The wish of a line; none where something is wrong, which stands in `line.errors` then."""
    values, errors = line.values, line.errors
    device, words = values["device"], " ".join(values["words"].split())
    model_id = whole_number(device[2:]) if device.startswith("m:") else None
    category = device[2:100] if device.startswith("c:") else None
    if len(values["text"]) > LONGEST_LINE:
        errors["text"] = _("Please shorten this: it has room for %(most)s characters.", most=LONGEST_LINE)
    if len(words) > LONGEST_WORDS:
        errors["words"] = _("Please shorten this: it has room for %(most)s characters.", most=LONGEST_WORDS)
    if model_id is None and not category and not words:
        errors["device"] = _("Please choose what this is: a model, or a kind of device.")
    wish = Wish(
        quantity=_whole(line, "quantity", 1, MOST_UNITS) or 0,
        text=values["text"],
        spare=_whole(line, "spare", 0, MOST_UNITS) or 0,
        model_id=model_id,
        category=category or None,
        words=words,
        storage_gb=_storage(line),
        grade=values["grade"] if values["grade"] in GRADES else "fair",
        battery=_whole(line, "battery", 1, 100),
        budget=_budget(line, currency),
        uniformity=values["uniformity"] if values["uniformity"] in UNIFORMITIES else SAME_MODEL,
        wanted_on=read_day(values["wanted_on"], "wanted_on", errors, today),
    )
    return None if errors else wish


def _whole(line: Line, name: str, low: int, high: int) -> int | None:
    typed = line.values[name].removesuffix("%").strip()
    if not typed and name != "quantity":
        return None
    number = whole_number(typed)
    if number is None or not low <= number <= high:
        line.errors[name] = _("Please give a whole number from %(low)d to %(high)d.", low=low, high=high)
    return number


def _storage(line: Line) -> int | None:
    typed = line.values["storage"]
    if not typed:
        return None
    found = _STORAGE.fullmatch(typed)
    gb = int(found[1]) * (1024 if (found[2] or "").lower().startswith("t") else 1) if found else 0
    if not 1 <= gb <= MOST_STORAGE_GB:
        line.errors["storage"] = _("Please give a number of GB, like 256. Or leave it empty.")
        return None
    return gb


def _budget(line: Line, currency: str) -> int | None:
    typed = line.values["budget"][:40]
    if not typed:
        return None
    try:
        number, _currencies = plain_amount(typed)
        money = Money.parse(number, currency)
    except ValueError:
        line.errors["budget"] = _("Please give an amount, like 350 or 349.90. Or leave it empty.")
        return None
    if not 0 < money.amount <= DEAREST:
        line.errors["budget"] = _("Please give an amount from 1 to %(most)d for one unit.", most=DEAREST)
    return money.minor


def read_day(typed: str, name: str, errors: dict[str, str], today: date) -> date | None:
    """A day to come, as a date field sends it (`2026-12-15`); what can't be has a sentence in `errors`."""
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        errors[name] = _("Please give a date as year-month-day, like 2027-01-15. Or leave it empty.")
        return None
    if not 0 < (day - today).days <= MOST_DAYS:
        errors[name] = _("Please give a day after today, and within a year.")
    return day


def read_lines(lines: list[Line], *, currency: str, today: date) -> tuple[Wish, ...]:
    """The wishes of the lines that can be read; the others have their errors."""
    wishes = (read_line(line, currency=currency, today=today) for line in lines)
    return tuple(wish for wish in wishes if wish is not None)


def errors_of(lines: list[Line], wishes: tuple[Wish, ...]) -> dict[str, str]:
    """What is wrong with the lines, by the names of the form's fields, from top to bottom."""
    errors = {line.name(name): sentence for line in lines for name, sentence in line.errors.items()}
    if not lines:
        errors["wanted"] = _("Please say what you need: at least one line.")
    elif units_of(wishes) > MOST_UNITS:
        errors.setdefault(
            lines[0].name("quantity"),
            _(
                "That is %(count)s devices in all; here we quote up to %(most)s at once. For more please write to us.",
                count=units_of(wishes),
                most=MOST_UNITS,
            ),
        )
    return errors


def numbered(lines: Iterator[dict[str, str]]) -> list[Line]:
    """Lines put under each other, at most as many as a request may have."""
    return [Line(number, values) for number, values in zip(range(MOST_LINES), lines, strict=False)]
