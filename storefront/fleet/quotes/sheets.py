"""A quote and its carbon report as CSV, for spreadsheets and for a firm's own books (`core.records`)."""

from decimal import Decimal

from ...core.money import Money
from ...core.records import MARK, Cell, written
from .carbon import CarbonReport
from .offered import LineShown, OfferShown, ParcelShown

# `row` says what a row is: goods, delivery, or (at the end) total, vat, net, which add up what stands above them.
QUOTE = (
    "row", "quote", "version", "seller", "sku", "title", "grade", "battery_percent", "guarantee_months", "wanted_on",
    "quantity", "list_price", "price", "total", "vat_scheme", "vat_percent", "vat", "new_price", "new_price_source",
    "new_price_on", "currency",
)  # fmt: skip
# `basis` is device or year; what has no figure on it has none in its row, and `note` says why.
CARBON = (
    "quote", "version", "basis", "category", "units", "metric", "unit", "new_each", "refurbished_each", "avoided_each",
    "new_all", "refurbished_all", "avoided_all", "source", "source_year", "source_url", "note",
)  # fmt: skip
# Why a row has no figure.
OTHER_BASIS, NO_FIGURE = "counted on the other basis", "no trustworthy figure"


def quote_csv(number: str, offer: OfferShown) -> str:
    """One row for each line and each parcel's delivery, then the totals; amounts with VAT, as on page and paper."""
    sums = offer.sums
    rows: list[dict[str, Cell]] = [cells for parcel in offer.parcels for cells in _parcel(parcel)]
    rows.append({"row": "total", "total": sums.total.amount})
    rows += [{"row": "vat", "vat_percent": percent, "vat": money.amount} for percent, money in sums.vat]
    rows.append({"row": "net", "total": sums.net.amount})
    always: dict[str, Cell] = {"quote": number, "version": offer.number, "currency": sums.total.currency}
    whole = [{**always, **row} for row in rows]
    return MARK + written([list(QUOTE), *([row.get(name) for name in QUOTE] for row in whole)])


def _parcel(parcel: ParcelShown) -> list[dict[str, Cell]]:
    always: dict[str, Cell] = {"seller": parcel.seller_name, "wanted_on": parcel.wanted_on}
    delivery: dict[str, Cell] = {"row": "delivery", "total": parcel.shipping.amount}
    return [{**always, **row} for row in (*(_line(line) for line in parcel.lines), delivery)]


def _line(line: LineShown) -> dict[str, Cell]:
    new = line.new
    return {
        "row": "goods",
        "sku": line.sku,
        "title": line.title,
        "grade": line.grade,
        "battery_percent": line.battery_percent,
        "guarantee_months": line.guarantee_months,
        "quantity": line.quantity,
        "list_price": (line.listed or line.price).amount,
        "price": line.price.amount,
        "total": line.total.amount,
        "vat_scheme": "margin" if line.margin else "standard",
        "vat_percent": None if line.margin else line.vat_percent,
        "vat": _amount(line.vat),
        "new_price": _amount(new.price) if new else None,
        "new_price_source": new.source if new else None,
        "new_price_on": new.on if new else None,
    }


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else money.amount


def carbon_csv(number: str, version: int, report: CarbonReport) -> str:
    """One row for each figure, and for each category that has none on that basis; no row adds up others."""
    rows: list[list[Cell]] = []
    unknown = {category for category, _units in report.nothing_known}
    for part in report.parts:
        for one in part.counted:
            factor = one.factor
            rows.append(
                [
                    number, version, part.basis, one.category, one.units, factor.metric, factor.unit,
                    _decimal(factor.new), _decimal(factor.refurbished), _decimal(factor.avoided), one.new,
                    one.refurbished, one.avoided, factor.source, factor.year, factor.url, None,
                ]
            )  # fmt: skip
        for category, units in part.without:
            note = NO_FIGURE if category in unknown else OTHER_BASIS
            rows.append([number, version, part.basis, category, units, *[None] * 11, note])
    return MARK + written([list(CARBON), *rows])


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
