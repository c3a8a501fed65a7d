"""What the cells of a table may hold, one reader a kind; each raises `WrongCell` with a sentence for the writer."""

import re
from collections.abc import Callable
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from .tables import Row, WrongCell

T = TypeVar("T")


def needed(row: Row, column: str, longest: int) -> str:
    """The text of a cell that must not be empty nor longer than `longest` characters."""
    text = optional(row, column, longest)
    if not text:
        raise WrongCell(column, _("is empty"))
    return text


def optional(row: Row, column: str, longest: int) -> str:
    """The text of a cell, or an empty one."""
    text = row.cells.get(column, "")
    if len(text) > longest:
        raise WrongCell(
            column, _("has %(count)d characters; at most %(most)d", count=len(text), most=longest)
        )
    if any(ord(character) < 32 and character not in "\n\r\t" for character in text):
        raise WrongCell(column, _("holds control characters"))
    return text


def chosen(row: Row, column: str, choices: tuple[str, ...], default: str = "") -> str:
    """One of `choices`, in any case; `default` when the cell is empty."""
    text = row.cells.get(column, "").lower() or default
    if text not in choices:
        if not text:
            raise WrongCell(column, _("is empty"))
        one_of = ", ".join(choices)
        raise WrongCell(
            column, _("is %(text)s; must be one of %(choices)s", text=repr(text[:40]), choices=one_of)
        )
    return text


def whole(row: Row, column: str, low: int, high: int) -> int | None:
    """A whole number from `low` to `high`, or `None` when the cell is empty."""
    text = row.cells.get(column, "")
    if not text:
        return None
    digits = text.removesuffix(".0")
    if not re.fullmatch(r"0{0,20}[0-9]{1,12}", digits) or not low <= int(digits) <= high:
        raise WrongCell(
            column,
            _(
                "is %(text)s; must be a whole number from %(low)d to %(high)d",
                text=repr(text[:40]),
                low=low,
                high=high,
            ),
        )
    return int(digits)


def parsed(row: Row, column: str, parse: Callable[[str], T], expected: str | LazyString) -> T | None:
    """What `parse` makes of the cell, or `None` when it is empty; its `ValueError` becomes "must be `expected`"."""
    text = row.cells.get(column, "")
    if not text:
        return None
    try:
        return parse(text)
    except ValueError:
        raise WrongCell(
            column, _("is %(text)s; must be %(expected)s", text=repr(text[:40]), expected=expected)
        ) from None
