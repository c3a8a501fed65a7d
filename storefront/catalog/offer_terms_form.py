"""The terms of one offer as somebody types them: checked as the columns of an offers file are."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ..core.cells import chosen, optional, whole
from ..core.errors import FormInvalid
from ..core.i18n import language
from ..core.money import Money
from ..core.tables import Row, WrongCell
from .formats.amounts import plain_amount
from .offer_file import read_amount, read_date, read_price, read_stock
from .offering import Change
from .report import Value
from .rules import GRADES, VAT_SCHEMES
from .terms import COLUMNS_OF_TERMS

_AMOUNTS = ("price", "purchase_price")
# By column: what of a row, in the shop's currency, it is read as.
_READERS: Mapping[str, Callable[[Row, str], Value]] = {
    "grade": lambda row, _currency: chosen(row, "grade", GRADES),
    "price": lambda row, currency: read_price(row, currency).minor,
    "stock": lambda row, _currency: read_stock(row),
    "battery_percent": lambda row, _currency: whole(row, "battery_percent", 1, 100),
    "guarantee_months": lambda row, _currency: _guarantee(row),
    "vat_scheme": lambda row, _currency: chosen(row, "vat_scheme", VAT_SCHEMES),
    "purchase_price": lambda row, currency: _minor(read_amount(row, "purchase_price", currency)),
    "purchase_reference": lambda row, _currency: optional(row, "purchase_reference", 80) or None,
    "purchase_date": lambda row, _currency: read_date(row, "purchase_date"),
}


def read_changes(fields: Mapping[str, str], *, currency: str) -> dict[str, Change]:
    """What somebody changed: fields (by column) that differ from what their page showed, `was_` before the name.

    By term (`price_minor`, ...). A field that the form doesn't have stays as it is. Raises `FormInvalid`, by column.
    """
    changes, errors = {}, {}
    for term, column in COLUMNS_OF_TERMS.items():
        typed, was = fields.get(column), fields.get(f"was_{column}", "")
        if typed is None or typed.strip() == was.strip():
            continue
        try:
            changes[term] = Change(_read(column, was, currency), _read(column, typed, currency))
        except WrongCell as error:
            errors[column] = _("This %(reason)s.", reason=error.reason)
    if errors:
        raise FormInvalid(errors)
    return changes


def _read(column: str, text: str, currency: str) -> Value:
    return _READERS[column](Row(0, {column: cell_of(column, text)}), currency)


def cell_of(column: str, text: str) -> str:
    """What somebody typed, as the cell of a file. Raises `WrongCell` for an amount that may mean two things."""
    try:
        # An amount comes with its sign, and with spaces between its thousands.
        cell = plain_amount(text)[0] if column in _AMOUNTS else text
    except ValueError as unclear:
        raise WrongCell(column, str(unclear)) from unclear
    return cell.strip()


def texts_of(offer: Any, *, currency: str) -> dict[str, str]:
    """By column: each term of an offer (or of whatever has its attributes) as the form's fields show it."""
    return {
        column: term_text(column, getattr(offer, term), currency) for term, column in COLUMNS_OF_TERMS.items()
    }


def term_text(column: str, value: Any, currency: str) -> str:
    """One term as its field shows it: `319.00`, in French `319,00`."""
    if value is None:
        return ""
    if column in _AMOUNTS:
        amount = f"{Money(value, currency).amount:f}"
        return amount.replace(".", ",") if language() == "fr" else amount
    return value.isoformat() if isinstance(value, date) else str(value)


def _guarantee(row: Row) -> int:
    months = whole(row, "guarantee_months", 0, 120)
    if months is None:
        raise WrongCell("guarantee_months", _("is empty"))
    return months


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.minor
