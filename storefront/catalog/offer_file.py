"""The native offers file, row by row: what each column may hold. `docs/import-format.md` is its description."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import stdnum.ean
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ..core.cells import chosen, needed, optional, parsed, whole
from ..core.money import Money
from ..core.tables import Row, WrongCell
from .rules import GRADES, VAT_SCHEMES, title_slug

T = TypeVar("T")

REQUIRED = ("sku", "seller", "title", "category", "grade", "price", "stock")
COLUMNS = (
    *REQUIRED,
    "brand",
    "model",
    "description",
    "storage_gb",
    "colour",
    "currency",
    "ean",
    "battery_percent",
    "guarantee_months",
    "vat_scheme",
    "purchase_price",
    "purchase_reference",
    "purchase_date",
)
# Dearer than any refurbished device, and within a 32-bit count of cents.
HIGHEST_PRICE_MINOR = 20_000_000_00
MOST_STOCK = 100_000
# Said of bad cells only: translating them for each good one would take longer than reading it.
_AN_EAN = lazy_gettext("a valid EAN")
_A_DATE = lazy_gettext("a date such as %(date)s", date="2026-02-28")
_AN_AMOUNT = lazy_gettext('an amount such as "%(amount)s"', amount="319.00")


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One row of the file, checked. Empty optional texts are `""`, empty optional numbers `None`."""

    line: int
    sku: str
    seller: str
    title: str
    brand: str
    model: str
    category: str
    description: str
    storage_gb: int | None
    colour: str
    grade: str
    price: Money
    stock: int
    ean: str
    battery_percent: int | None
    guarantee_months: int | None
    vat_scheme: str
    purchase_price: Money | None
    purchase_reference: str
    purchase_date: date | None
    # The columns that the file has: of a known offer, what the others say stays as it is.
    said: frozenset[str]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A row that says that an offer is not for sale: a draft, an archived product."""

    line: int
    seller: str
    sku: str


class WrongRow(Exception):
    """A row that can't be used: `cells` are all that is wrong with it."""

    def __init__(self, cells: list[WrongCell]) -> None:
        super().__init__("; ".join(str(cell) for cell in cells))
        self.cells = cells


class _Reading:
    """Takes the cells of one row, and goes on after a wrong one, so that a person mends them all at once."""

    def __init__(self) -> None:
        self.wrong: list[WrongCell] = []

    def take(self, instead: T, read: Callable[[], T]) -> T:
        try:
            return read()
        except WrongCell as error:
            self.wrong.append(error)
            return instead


def read_offer(row: Row, *, currency: str, vat_scheme: str) -> OfferLine:
    """Check one row; `currency` and `vat_scheme` are the shop's. Raises `WrongRow` with all its wrong cells."""
    reading = _Reading()
    take = reading.take
    take(None, lambda: _same_currency(row, currency))
    line = OfferLine(
        line=row.line,
        sku=take("", lambda: needed(row, "sku", 80)),
        seller=take("", lambda: needed(row, "seller", 120)),
        title=take("", lambda: _title(row)),
        brand=take("", lambda: optional(row, "brand", 80)),
        model=take("", lambda: optional(row, "model", 120)),
        category=take("", lambda: needed(row, "category", 80)),
        description=take("", lambda: optional(row, "description", 10_000)).replace("\r\n", "\n"),
        storage_gb=take(None, lambda: whole(row, "storage_gb", 1, 1_000_000)),
        colour=take("", lambda: optional(row, "colour", 60)).lower(),
        grade=take("", lambda: chosen(row, "grade", GRADES)),
        price=take(Money(0, currency), lambda: read_price(row, currency)),
        stock=take(0, lambda: read_stock(row)),
        ean=take("", lambda: _ean(row)),
        battery_percent=take(None, lambda: whole(row, "battery_percent", 1, 100)),
        guarantee_months=take(None, lambda: whole(row, "guarantee_months", 0, 120)),
        vat_scheme=take("", lambda: chosen(row, "vat_scheme", VAT_SCHEMES, vat_scheme)),
        purchase_price=take(None, lambda: read_amount(row, "purchase_price", currency)),
        purchase_reference=take("", lambda: optional(row, "purchase_reference", 80)),
        purchase_date=take(None, lambda: read_date(row, "purchase_date")),
        said=frozenset(row.cells),
    )
    seen = {fault.column for fault in row.faults}
    wrong = [*row.faults, *(cell for cell in reading.wrong if cell.column not in seen)]
    if wrong:
        raise WrongRow(wrong)
    return line


def _same_currency(row: Row, currency: str) -> None:
    stated = row.cells.get("currency", "").upper()
    if stated and stated != currency:
        raise WrongCell(
            "currency", _("is %(stated)s; this shop sells in %(own)s", stated=repr(stated[:40]), own=currency)
        )


def _title(row: Row) -> str:
    title = needed(row, "title", 300)
    if not title_slug(title):
        raise WrongCell("title", _("has no letter or digit that an address can be made of"))
    return " ".join(title.split())


def read_stock(row: Row) -> int:
    stock = whole(row, "stock", 0, MOST_STOCK)
    if stock is None:
        raise WrongCell("stock", _("is empty"))
    return stock


def _ean(row: Row) -> str:
    return parsed(row, "ean", stdnum.ean.validate, _AN_EAN) or ""


def read_date(row: Row, column: str) -> date | None:
    return parsed(row, column, date.fromisoformat, _A_DATE)


def read_price(row: Row, currency: str) -> Money:
    price = read_amount(row, "price", currency)
    if price is None:
        raise WrongCell("price", _("is empty"))
    if not price:
        raise WrongCell("price", _("is 0; a price is more than that"))
    return price


def read_amount(row: Row, column: str, currency: str) -> Money | None:
    amount = parsed(
        row,
        column,
        lambda text: Money.parse(text, currency),
        _AN_AMOUNT,
    )
    if amount is not None and not 0 <= amount.minor <= HIGHEST_PRICE_MINOR:
        raise WrongCell(column, _("is below 0") if amount.minor < 0 else _("is too high"))
    return amount
