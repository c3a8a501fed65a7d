"""Records as CSV for spreadsheets and accountants: order lines, the margin scheme's register, VAT by month and rate.

UTF-8 with a mark that spreadsheets know it by. Numbers, and what stands between cells, are as the shop's language has
them: `1299,50` and `;` in French, `1299.50` and `,` in English. Text that would be a formula begins with an apostrophe.
Each is one SQL statement, read and written some rows at a time; docs/operations.md describes the columns.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, case, extract, func, select, true

from ..config import current_settings
from ..core.clock import shop_day
from ..core.database import db
from ..core.money import Money, round_half_up
from ..core.records import MARK, Cell, written
from ..sellers.models import Seller
from .desk_queries import Sellers
from .documents import CREDIT, GOODS, INVOICE, Invoice, InvoiceLine
from .models import OrderLine, Parcel, ShopOrder
from .rules import is_named
from .sold import SoldUnit
from .vat import MARGIN, STANDARD

_BATCH = 1_000
Cells = list[Cell]

LINES = (
    "order", "placed_on", "paid_on", "state", "seller", "sku", "title", "grade", "quantity", "unit_price", "total",
    "given_back", "vat_scheme", "vat_percent", "vat", "currency", "shipping", "sent_on", "delivered_on", "returned_on",
    "return_reason", "serials", "invoice", "customer", "email", "postcode", "city", "country",
)  # fmt: skip
REGISTER = (
    "month", "seller", "vat_id", "purchase_date", "purchase_document", "purchase_price", "sale_date", "sale_document",
    "kind", "order", "sku", "serials", "title", "quantity", "sale_price", "margin", "vat_percent", "vat", "currency",
)  # fmt: skip
VAT = (
    "month", "seller", "vat_id", "scheme", "vat_percent", "sales", "taxable", "vat", "lines_without_purchase_price",
    "currency",
)  # fmt: skip


def export(kind: str, seller_ids: Sellers, first: date, last: date) -> Iterator[str]:
    """The file in pieces. `kind` is `lines` (orders placed from `first` to `last`, both the shop's days and included),
    `margin` or `vat` (documents issued then).
    """
    columns, statement, cells = {
        "lines": (LINES, _order_lines(seller_ids, first, last), _line_cells(seller_ids)),
        "margin": (REGISTER, _register(seller_ids, first, last), _register_cells),
        "vat": (VAT, _vat(seller_ids, first, last), _vat_cells),
    }[kind]
    rows = db.session.execute(statement.execution_options(yield_per=_BATCH))
    yield MARK + written([list(columns)])
    for part in rows.partitions():
        yield written(cells(row) for row in part)


def _amount(minor: int | None, currency: str) -> Decimal | None:
    return None if minor is None else Money(int(minor), currency).amount


def _day(moment: datetime | None) -> date | None:
    return shop_day(moment) if moment else None


def _of(sellers: Sellers, column: Any) -> ColumnElement[bool]:
    return true() if sellers is None else column.in_(sorted(sellers))


def _order_lines(sellers: Sellers, first: date, last: date) -> Select[*tuple[Any, ...]]:
    zone = ZoneInfo(current_settings().shop.time_zone)
    began, ended = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(1)))
    invoiced = and_(Invoice.parcel_id == Parcel.id, Invoice.kind == INVOICE)
    return (
        select(
            ShopOrder.number, ShopOrder.placed_at, ShopOrder.paid_at, ShopOrder.currency, ShopOrder.name,
            ShopOrder.email, ShopOrder.postcode, ShopOrder.city, ShopOrder.country, Parcel.status, Parcel.seller_name,
            Parcel.shipping_method, Parcel.shipped_at, Parcel.delivered_at, OrderLine.sku, OrderLine.title,
            OrderLine.grade, OrderLine.quantity, OrderLine.price_minor, OrderLine.given_up_minor, OrderLine.vat_scheme,
            OrderLine.vat_rate, OrderLine.vat_minor, OrderLine.returned_at, OrderLine.return_reason,
            Invoice.number.label("invoice"), _serials(OrderLine.id).label("serials"),
        )
        .select_from(OrderLine)
        .join(OrderLine.parcel)
        .join(Parcel.order)
        .outerjoin(Invoice, invoiced)
        .where(ShopOrder.placed_at >= began, ShopOrder.placed_at < ended, _of(sellers, Parcel.seller_id))
        .order_by(OrderLine.id)
    )  # fmt: skip


def _serials(line_id: Any) -> ColumnElement[str | None]:
    """The serial numbers of a line's devices, one beside the other."""
    joined = select(func.aggregate_strings(SoldUnit.serial, " "))
    return joined.where(SoldUnit.line_id == line_id, SoldUnit.serial.is_not(None)).scalar_subquery()


def _line_cells(sellers: Sellers) -> Any:
    def cells(row: Row[Any]) -> Cells:
        known = sellers is None or is_named(row.status, was_sent=row.shipped_at is not None)
        customer = [row.name, row.email, row.postcode, row.city, row.country]
        return [
            row.number, _day(row.placed_at), _day(row.paid_at), row.status, row.seller_name, row.sku, row.title,
            row.grade, row.quantity, _amount(row.price_minor, row.currency),
            _amount(row.price_minor * row.quantity, row.currency), _amount(row.given_up_minor, row.currency),
            row.vat_scheme, Decimal(row.vat_rate) / 100, _amount(row.vat_minor, row.currency), row.currency,
            row.shipping_method, _day(row.shipped_at), _day(row.delivered_at), _day(row.returned_at),
            row.return_reason, row.serials, row.invoice, *(customer if known else [None] * 5),
        ]  # fmt: skip

    return cells


def _register(sellers: Sellers, first: date, last: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Invoice.seller_id, Invoice.seller_name, Invoice.seller_vat_id, Invoice.issued_on, Invoice.number,
            Invoice.kind, Invoice.order_number, Invoice.currency, InvoiceLine.sku, InvoiceLine.title,
            InvoiceLine.quantity, InvoiceLine.total_minor, InvoiceLine.delivery_minor, InvoiceLine.vat_rate,
            InvoiceLine.vat_minor, InvoiceLine.purchase_minor, InvoiceLine.purchase_reference,
            InvoiceLine.purchase_date, _serials(InvoiceLine.order_line_id).label("serials"),
        )
        .join(InvoiceLine.invoice)
        .where(
            InvoiceLine.kind == GOODS,
            InvoiceLine.vat_scheme == MARGIN,
            Invoice.issued_on.between(first, last),
            _of(sellers, Invoice.seller_id),
        )
        .order_by(Invoice.seller_id, Invoice.issued_on, InvoiceLine.id)
    )  # fmt: skip


def _register_cells(row: Row[Any]) -> Cells:
    """A sale, or what a credit note takes back of it, which counts below 0. The price holds its share of delivery."""
    sign = -1 if row.kind == CREDIT else 1
    sale = sign * (row.total_minor + row.delivery_minor)
    bought = None if row.purchase_minor is None else sign * row.purchase_minor * row.quantity
    margin = None if bought is None else sale - bought
    vat = None if row.vat_minor is None else sign * row.vat_minor
    return [
        f"{row.issued_on:%Y-%m}", row.seller_name, row.seller_vat_id, row.purchase_date, row.purchase_reference,
        _amount(bought, row.currency), row.issued_on, row.number, row.kind, row.order_number, row.sku, row.serials,
        row.title, sign * row.quantity, _amount(sale, row.currency), _amount(margin, row.currency),
        Decimal(row.vat_rate) / 100, _amount(vat, row.currency), row.currency,
    ]  # fmt: skip


def _vat(sellers: Sellers, first: date, last: date) -> Select[*tuple[Any, ...]]:
    sign = case((Invoice.kind == CREDIT, -1), else_=1)
    year, month = extract("year", Invoice.issued_on), extract("month", Invoice.issued_on)
    unknown = and_(InvoiceLine.kind == GOODS, InvoiceLine.vat_minor.is_(None), Invoice.kind == INVOICE)
    of_one = (year, month, Invoice.seller_id, InvoiceLine.vat_scheme, InvoiceLine.vat_rate, Invoice.currency)
    return (
        select(
            year.label("year"), month.label("month"), InvoiceLine.vat_scheme, InvoiceLine.vat_rate, Invoice.currency,
            func.max(Invoice.seller_name).label("seller_name"), func.max(Invoice.seller_vat_id).label("vat_id"),
            func.sum(sign * InvoiceLine.total_minor).label("sales"),
            func.sum(sign * func.coalesce(InvoiceLine.vat_minor, 0)).label("vat"),
            func.sum(case((unknown, 1), else_=0)).label("unknown"),
        )
        .join(InvoiceLine.invoice)
        .where(Invoice.issued_on.between(first, last), _of(sellers, Invoice.seller_id))
        .group_by(*of_one)
        .order_by(*of_one)
    )  # fmt: skip


def _vat_cells(row: Row[Any]) -> Cells:
    """Under the margin scheme, what is taxed is the margins without VAT: so much as that VAT is the rate's part of."""
    sales, vat, rate = int(row.sales), int(row.vat), row.vat_rate
    taxable = (
        sales - vat
        if row.vat_scheme == STANDARD
        else round_half_up(Decimal(vat) * 10_000 / rate)
        if rate
        else 0
    )
    return [
        f"{int(row.year)}-{int(row.month):02d}", row.seller_name, row.vat_id, row.vat_scheme, Decimal(rate) / 100,
        _amount(sales, row.currency), _amount(taxable, row.currency), _amount(vat, row.currency), int(row.unknown),
        row.currency,
    ]  # fmt: skip


def sellers_called(slugs: Collection[str]) -> frozenset[int]:
    """The ids of the sellers with these slugs, as far as there are any."""
    return frozenset(db.session.scalars(select(Seller.id).where(Seller.slug.in_(list(slugs)))))
