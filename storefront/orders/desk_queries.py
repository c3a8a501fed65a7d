"""The desk's lists of orders, by keyset, and what needs doing; narrowed to some sellers' or not.

A seller sees its own parcels of an order and nothing of other sellers'; the customer's name and address once one of its
parcels is to be sent (`rules.is_named`). `seller_ids` is `None` for all.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from ..config import current_settings
from ..core.clock import shop_day
from ..core.database import db
from ..core.folding import folded
from ..core.money import Money
from ..core.paging import Page, page_of
from .models import OrderEvent, OrderLine, Parcel, ShopOrder
from .rules import NAMED_STATES, PAID_LATER, WAITING, is_late, is_named, order_state

Sellers = frozenset[int] | None
NEEDS = ("accept", "ship", "late", "back", "payment", "refund")
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """What a list is narrowed to; what is empty narrows nothing. Days are the shop's, both inclusive."""

    state: str = ""
    need: str = ""
    seller_id: int | None = None
    text: str = ""
    placed_from: date | None = None
    placed_until: date | None = None


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel in a list."""

    id: int
    seller_id: int
    seller_name: str
    status: str
    send_by: date | None
    is_late: bool
    units: int
    first_title: str
    # As `Parcel.version`.
    version: int


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list. For a seller, `total` is that of its own parcels; `name` and `town` are empty until it may
    know them, `to_refund` is the operator's business.
    """

    id: int
    number: str
    placed_at: datetime
    state: str
    name: str
    town: str
    total: Money
    to_refund: Money | None
    payment_method: str
    parcels: tuple[ParcelRow, ...]

    @property
    def paid_later(self) -> bool:
        return self.payment_method in PAID_LATER


def orders_page(
    seller_ids: Sellers, filters: OrderFilters, cursor: str = "", *, now: datetime
) -> Page[OrderRow]:
    """The newest orders first, a page at a time; three SQL statements."""
    today = shop_day(now)
    statement, key = _ids(seller_ids, filters, today)
    page = page_of(statement, by=(key,), cursor=cursor, size=PAGE_SIZE, descending=True)
    found = _found([row[0] for row in page.rows], seller_ids)
    return page.showing(lambda row: _row(found[row[0]], seller_ids, today))


def order_row(seller_ids: Sellers, order_id: int, *, now: datetime) -> OrderRow:
    """One order as the list shows it; it must be theirs. Two SQL statements."""
    return _row(_found([order_id], seller_ids)[order_id], seller_ids, shop_day(now))


@dataclass(slots=True)
class _Found:
    """A parcel with what a list shows of its order (`row`), and what its lines come to."""

    row: Any
    units: int = 0
    goods_minor: int = 0
    first_title: str = ""


def _found(ids: list[int], seller_ids: Sellers) -> dict[int, list[_Found]]:
    """The parcels of these orders, by order: plain columns, since whole orders take thrice the time. Two statements."""
    mine = true() if seller_ids is None else Parcel.seller_id.in_(sorted(seller_ids))
    parcels = select(*_PARCEL_COLUMNS, *_ORDER_COLUMNS).join(Parcel.order).where(ShopOrder.id.in_(ids), mine)
    found = {row.parcel_id: _Found(row) for row in db.session.execute(parcels.order_by(Parcel.id))}
    lines = select(OrderLine.parcel_id, OrderLine.title, OrderLine.quantity, OrderLine.price_minor)
    for line in db.session.execute(lines.where(OrderLine.parcel_id.in_(list(found))).order_by(OrderLine.id)):
        parcel = found[line.parcel_id]
        parcel.units += line.quantity
        parcel.goods_minor += line.quantity * line.price_minor
        parcel.first_title = parcel.first_title or line.title
    by_order: dict[int, list[_Found]] = {}
    for parcel in found.values():
        by_order.setdefault(parcel.row.order_id, []).append(parcel)
    return by_order


_CONCERNS_IT = or_(OrderEvent.parcel_id.is_(None), OrderEvent.parcel_id == Parcel.id)
_NEWEST = func.coalesce(func.max(OrderEvent.id), 0)
_VERSION = select(_NEWEST).where(OrderEvent.order_id == Parcel.order_id, _CONCERNS_IT).correlate(Parcel)
_PARCEL_COLUMNS = (
    Parcel.id.label("parcel_id"),
    Parcel.order_id,
    Parcel.seller_id,
    Parcel.seller_name,
    Parcel.status,
    Parcel.send_by,
    Parcel.shipped_at,
    Parcel.shipping_minor,
    _VERSION.scalar_subquery().label("version"),
)
_ORDER_COLUMNS = (
    ShopOrder.number,
    ShopOrder.placed_at,
    ShopOrder.name,
    ShopOrder.city,
    ShopOrder.currency,
    ShopOrder.total_minor,
    ShopOrder.due_back_minor,
    ShopOrder.payment_method,
)


def _ids(
    seller_ids: Sellers, filters: OrderFilters, today: date
) -> tuple[Select[int], InstrumentedAttribute[int]]:
    """The ids of the orders that fit, and the column that they come from.

    Where parcels are asked about, theirs: an index holds them by state and by seller in the list's own order, so that
    a page costs the same whether many fit or few.
    """
    parcels, orders = _parcel_conditions(seller_ids, filters, today), _conditions(seller_ids, filters)
    if not parcels:
        return select(ShopOrder.id).where(*orders), ShopOrder.id
    statement = select(Parcel.order_id).distinct().where(*parcels)
    if orders:
        statement = statement.join(ShopOrder, ShopOrder.id == Parcel.order_id).where(*orders)
    return statement, Parcel.order_id


def _conditions(seller_ids: Sellers, filters: OrderFilters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.need in _ORDER_NEEDS:
        conditions.append(_ORDER_NEEDS[filters.need] if seller_ids is None else false())
    if filters.need == "payment":
        conditions.append(ShopOrder.payment_method.not_in(PAID_LATER))
    if filters.text.strip():
        conditions.append(_text_condition(seller_ids, filters.text))
    zone = ZoneInfo(current_settings().shop.time_zone)
    if filters.placed_from:
        conditions.append(ShopOrder.placed_at >= datetime.combine(filters.placed_from, time(), zone))
    if filters.placed_until:
        after = filters.placed_until + timedelta(1)
        conditions.append(ShopOrder.placed_at < datetime.combine(after, time(), zone))
    return conditions


# Needs of the order as a whole, which are the operator's.
_ORDER_NEEDS: dict[str, ColumnElement[bool]] = {
    "refund": ShopOrder.due_back_minor > 0,
    "payment": true(),
}


def _parcel_conditions(seller_ids: Sellers, filters: OrderFilters, today: date) -> list[ColumnElement[bool]]:
    """What one and the same parcel must be."""
    conditions: list[ColumnElement[bool]] = []
    if seller_ids is not None:
        conditions.append(Parcel.seller_id.in_(sorted(seller_ids)))
    if filters.seller_id is not None:
        conditions.append(Parcel.seller_id == filters.seller_id)
    if filters.state:
        conditions.append(Parcel.status == filters.state)
    if filters.need in _PARCEL_NEEDS:
        conditions.append(_PARCEL_NEEDS[filters.need])
    if filters.need == "late":
        conditions.append(_late(today))
    return conditions


_PAID_LATER = exists().where(ShopOrder.id == Parcel.order_id, ShopOrder.payment_method.in_(PAID_LATER))
_COMING_BACK = Parcel.id.in_(
    select(OrderLine.parcel_id).where(OrderLine.withdrawn_at.is_not(None), OrderLine.returned_at.is_(None))
)
_PARCEL_NEEDS: dict[str, ColumnElement[bool]] = {
    "accept": or_(Parcel.status == "paid", and_(Parcel.status == "placed", _PAID_LATER)),
    "ship": Parcel.status == "accepted",
    # Withdrawn after it was sent, and not received yet.
    "back": and_(Parcel.status.in_(("shipped", "delivered")), _COMING_BACK),
    "payment": Parcel.status == "placed",
}


def _late(today: date) -> ColumnElement[bool]:
    """`rules.is_late`, of rows."""
    waits = or_(Parcel.status.in_(WAITING), and_(Parcel.status == "placed", _PAID_LATER))
    return and_(waits, Parcel.send_by < today)


def _text_condition(seller_ids: Sellers, text: str) -> ColumnElement[bool]:
    """All words of `text` in the order's number, name, mail address and postcode; or a line's SKU, whole."""
    words = folded(text[:200]).split()
    within = and_(*(ShopOrder.search_text.contains(word, autoescape=True) for word in words))
    skus = (
        select(Parcel.order_id).join(OrderLine).where(OrderLine.sku.in_({text.strip(), text.strip().upper()}))
    )
    if seller_ids is None:
        return or_(within, ShopOrder.id.in_(skus))
    mine = Parcel.seller_id.in_(sorted(seller_ids))
    # Nobody learns by searching what the list does not show.
    named = select(Parcel.order_id).where(
        mine, or_(Parcel.status.in_(NAMED_STATES), Parcel.shipped_at.is_not(None))
    )
    number = text.strip().upper()
    return or_(
        and_(within, ShopOrder.id.in_(named)), ShopOrder.number == number, ShopOrder.id.in_(skus.where(mine))
    )


def _row(parcels: list[_Found], seller_ids: Sellers, today: date) -> OrderRow:
    order = parcels[0].row
    known = seller_ids is None or any(
        is_named(parcel.row.status, was_sent=parcel.row.shipped_at is not None) for parcel in parcels
    )
    total, due = order.total_minor, order.due_back_minor
    if seller_ids is not None:
        total, due = sum(parcel.goods_minor + parcel.row.shipping_minor for parcel in parcels), 0
    paid_later = order.payment_method in PAID_LATER
    return OrderRow(
        id=order.order_id,
        number=order.number,
        placed_at=order.placed_at,
        state=order_state([parcel.row.status for parcel in parcels]),
        name=order.name if known else "",
        town=order.city if known else "",
        total=Money(total, order.currency),
        to_refund=Money(due, order.currency) if due else None,
        payment_method=order.payment_method,
        parcels=tuple(_parcel_row(parcel, paid_later, today) for parcel in parcels),
    )


def _parcel_row(parcel: _Found, paid_later: bool, today: date) -> ParcelRow:
    row = parcel.row
    return ParcelRow(
        id=row.parcel_id,
        seller_id=row.seller_id,
        seller_name=row.seller_name,
        status=row.status,
        send_by=row.send_by,
        is_late=is_late(row.status, row.send_by, today, paid_later=paid_later),
        units=parcel.units,
        first_title=parcel.first_title,
        version=row.version,
    )


@dataclass(frozen=True, slots=True)
class Needs:
    """How many orders need what; payments and refunds are the operator's."""

    accept: int
    ship: int
    late: int
    back: int
    payment: int
    refund: int


def needs(seller_ids: Sellers, *, now: datetime) -> Needs:
    """For the desk's first page; one SQL statement. Each number is that of the list with this need."""
    today = shop_day(now)
    ids = [_ids(seller_ids, OrderFilters(need=need), today)[0].subquery() for need in NEEDS]
    counts = [select(func.count()).select_from(one).scalar_subquery() for one in ids]
    return Needs(*db.session.execute(select(*counts)).one())
