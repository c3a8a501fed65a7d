"""The native offers file, row by row: what each column may hold. `docs/import-format.md` is its description."""

from dataclasses import dataclass
from datetime import date

import stdnum.ean

from ..core.money import Money
from ..core.tables import Row, WrongCell, chosen, needed, optional, parsed, whole
from .rules import GRADES, VAT_SCHEMES, title_slug

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


def read_offer(row: Row, *, currency: str, vat_scheme: str) -> OfferLine:
    """Check one row; `currency` and `vat_scheme` are the shop's. Raises `WrongCell`."""
    stated = row.cells.get("currency", "").upper()
    if stated and stated != currency:
        raise WrongCell("currency", f"is {stated!r}; this shop sells in {currency}")
    title = needed(row, "title", 300)
    if not title_slug(title):
        raise WrongCell("title", "has no letter or digit that an address can be made of")
    stock = whole(row, "stock", 0, 100_000)
    if stock is None:
        raise WrongCell("stock", "is empty")
    price = _price(row, "price", currency)
    if price is None:
        raise WrongCell("price", "is empty")
    if not price:
        raise WrongCell("price", "is 0; a price is more than that")
    return OfferLine(
        line=row.line,
        sku=needed(row, "sku", 80),
        seller=needed(row, "seller", 120),
        title=" ".join(title.split()),
        brand=optional(row, "brand", 80),
        model=optional(row, "model", 120),
        category=needed(row, "category", 80),
        description=optional(row, "description", 10_000),
        storage_gb=whole(row, "storage_gb", 1, 1_000_000),
        colour=optional(row, "colour", 60).lower(),
        grade=chosen(row, "grade", GRADES),
        price=price,
        stock=stock,
        ean=parsed(row, "ean", stdnum.ean.validate, "a valid EAN") or "",
        battery_percent=whole(row, "battery_percent", 1, 100),
        guarantee_months=whole(row, "guarantee_months", 0, 120),
        vat_scheme=chosen(row, "vat_scheme", VAT_SCHEMES, vat_scheme),
        purchase_price=_price(row, "purchase_price", currency),
        purchase_reference=optional(row, "purchase_reference", 80),
        purchase_date=parsed(row, "purchase_date", date.fromisoformat, "a date such as 2026-02-28"),
    )


def _price(row: Row, column: str, currency: str) -> Money | None:
    price = parsed(row, column, lambda text: Money.parse(text, currency), 'an amount such as "319.00"')
    if price is not None and not 0 <= price.minor <= HIGHEST_PRICE_MINOR:
        raise WrongCell(column, "is below 0" if price.minor < 0 else "is too high")
    return price
