"""What the desk reads of orders: lists by keyset, what needs doing, one order; narrowed to some sellers' or not.

A seller sees its own parcels of an order and nothing of other sellers'; the customer's name and address once one of its
parcels is to be sent (`rules.is_named`). `seller_ids` is `None` for all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, selectinload
from werkzeug.exceptions import NotFound

from ..config import current_settings
from ..core.database import db
from ..core.money import Money
from ..core.paging import Page, page_of
from .dates import local_day
from .documents import Invoice
from .models import OrderEvent, OrderLine, Parcel, Refund, ShopOrder
from .rules import NAMED_STATES, PAY_AT_PICKUP, folded, is_named, order_state

Sellers = frozenset[int] | None
NEEDS = ("accept", "ship", "late", "back", "payment", "refund")
PAGE_SIZE = 50
_WAITING = ("paid", "accepted")


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
    at_counter: bool
    parcels: tuple[ParcelRow, ...]


def orders_page(
    seller_ids: Sellers, filters: OrderFilters, cursor: str = "", *, now: datetime
) -> Page[OrderRow]:
    """The newest orders first, a page at a time; four SQL statements."""
    today = _today(now)
    statement, key = _ids(seller_ids, filters, today)
    page = page_of(statement, by=(key,), cursor=cursor, size=PAGE_SIZE, descending=True)
    found = _with_parcels([row[0] for row in page.rows])
    return page.showing(lambda row: _row(found[row[0]], seller_ids, today))


def _today(now: datetime) -> date:
    return local_day(now, current_settings().shop.time_zone)


def _with_parcels(ids: Iterable[int]) -> dict[int, ShopOrder]:
    statement = select(ShopOrder).where(ShopOrder.id.in_(list(ids)))
    whole = statement.options(selectinload(ShopOrder.parcels).selectinload(Parcel.lines))
    return {order.id: order for order in db.session.scalars(whole)}


def _ids(
    seller_ids: Sellers, filters: OrderFilters, today: date
) -> tuple[Select[tuple[int]], InstrumentedAttribute[int]]:
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
    conditions = []
    if filters.need in _ORDER_NEEDS:
        conditions.append(_ORDER_NEEDS[filters.need] if seller_ids is None else false())
    if filters.need == "payment":
        conditions.append(ShopOrder.payment_method != PAY_AT_PICKUP)
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
    conditions = [] if seller_ids is None else [Parcel.seller_id.in_(sorted(seller_ids))]
    if filters.seller_id is not None:
        conditions.append(Parcel.seller_id == filters.seller_id)
    if filters.state:
        conditions.append(Parcel.status == filters.state)
    if filters.need in _PARCEL_NEEDS:
        conditions.append(_PARCEL_NEEDS[filters.need])
    if filters.need == "late":
        conditions.append(_late(today))
    return conditions


_AT_COUNTER = Parcel.order_id.in_(select(ShopOrder.id).where(ShopOrder.payment_method == PAY_AT_PICKUP))
_COMING_BACK = exists().where(
    OrderLine.parcel_id == Parcel.id, OrderLine.withdrawn_at.is_not(None), OrderLine.returned_at.is_(None)
)
_PARCEL_NEEDS: dict[str, ColumnElement[bool]] = {
    "accept": or_(Parcel.status == "paid", and_(Parcel.status == "placed", _AT_COUNTER)),
    "ship": Parcel.status == "accepted",
    # Withdrawn after it was sent, and not received yet.
    "back": and_(Parcel.status.in_(("shipped", "delivered")), _COMING_BACK),
    "payment": Parcel.status == "placed",
}


def _late(today: date) -> ColumnElement[bool]:
    """Promised for a day that is over, and not sent; at the counter, promised with the order."""
    waits = or_(Parcel.status.in_(_WAITING), and_(Parcel.status == "placed", _AT_COUNTER))
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


def _mine(order: ShopOrder, seller_ids: Sellers) -> list[Parcel]:
    return [parcel for parcel in order.parcels if seller_ids is None or parcel.seller_id in seller_ids]


def _knows_customer(parcels: Iterable[Parcel], seller_ids: Sellers) -> bool:
    return seller_ids is None or any(
        is_named(parcel.status, was_sent=parcel.shipped_at is not None) for parcel in parcels
    )


def _row(order: ShopOrder, seller_ids: Sellers, today: date) -> OrderRow:
    parcels = _mine(order, seller_ids)
    known = _knows_customer(parcels, seller_ids)
    total = order.total_minor if seller_ids is None else sum(parcel.total_minor for parcel in parcels)
    due = order.due_back_minor if seller_ids is None else 0
    return OrderRow(
        id=order.id,
        number=order.number,
        placed_at=order.placed_at,
        state=order_state([parcel.status for parcel in parcels]),
        name=order.name if known else "",
        town=order.city if known else "",
        total=Money(total, order.currency),
        to_refund=Money(due, order.currency) if due else None,
        at_counter=order.paying.at_counter,
        parcels=tuple(_parcel_row(parcel, today) for parcel in parcels),
    )


def is_late(parcel: Parcel, today: date) -> bool:
    """As `_late`, of a parcel at hand."""
    waits = parcel.status in _WAITING or (parcel.status == "placed" and parcel.order.paying.at_counter)
    return waits and parcel.send_by is not None and parcel.send_by < today


def _parcel_row(parcel: Parcel, today: date) -> ParcelRow:
    return ParcelRow(
        id=parcel.id,
        seller_id=parcel.seller_id,
        seller_name=parcel.seller_name,
        status=parcel.status,
        send_by=parcel.send_by,
        is_late=is_late(parcel, today),
        units=sum(line.quantity for line in parcel.lines),
        first_title=parcel.lines[0].title,
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
    today = _today(now)
    ids = [_ids(seller_ids, OrderFilters(need=need), today)[0].subquery() for need in NEEDS]
    counts = [select(func.count()).select_from(one).scalar_subquery() for one in ids]
    return Needs(*db.session.execute(select(*counts)).one())


@dataclass(frozen=True, slots=True)
class OrderForDesk:
    """One order as somebody at the desk may see it: `parcels`, `events` and `invoices` are theirs only; without
    `knows_customer` nothing of the customer is to be shown, without `is_whole` neither money of the order as a whole.
    """

    order: ShopOrder
    parcels: tuple[Parcel, ...]
    events: tuple[OrderEvent, ...]
    invoices: tuple[Invoice, ...]
    refunds: tuple[Refund, ...]
    late: frozenset[int]
    knows_customer: bool
    is_whole: bool


def order_for_desk(seller_ids: Sellers, number: str, *, now: datetime) -> OrderForDesk:
    """The order with this number; `NotFound` for another seller's. Six SQL statements."""
    order = db.session.scalars(_everything().where(ShopOrder.number == number)).one_or_none()
    parcels = _mine(order, seller_ids) if order else []
    if order is None or not parcels:
        raise NotFound
    ids = {parcel.id for parcel in parcels}
    invoices = db.session.scalars(select(Invoice).where(Invoice.order_id == order.id).order_by(Invoice.id))
    whole = seller_ids is None
    today = _today(now)
    return OrderForDesk(
        order=order,
        parcels=tuple(parcels),
        events=tuple(event for event in order.events if whole or event.parcel_id in ids),
        invoices=tuple(invoice for invoice in invoices if invoice.parcel_id in ids),
        refunds=tuple(order.refunds) if whole else (),
        late=frozenset(parcel.id for parcel in parcels if is_late(parcel, today)),
        knows_customer=_knows_customer(parcels, seller_ids),
        is_whole=whole,
    )


def _everything() -> Select[tuple[ShopOrder]]:
    return select(ShopOrder).options(
        selectinload(ShopOrder.parcels).selectinload(Parcel.lines),
        selectinload(ShopOrder.events),
        selectinload(ShopOrder.refunds),
    )


def parcel_for_desk(seller_ids: Sellers, parcel_id: int) -> Parcel:
    """A parcel that is somebody's to deal with; `NotFound` for any other. Its order's other parcels are no concern."""
    parcel = db.session.get(Parcel, parcel_id)
    if parcel is None or (seller_ids is not None and parcel.seller_id not in seller_ids):
        raise NotFound
    return parcel


def invoice_for_desk(seller_ids: Sellers, number: str) -> Invoice:
    """A document by its number; `NotFound` for another seller's."""
    statement = select(Invoice).where(Invoice.number == number).options(selectinload(Invoice.lines))
    invoice = db.session.scalars(statement).one_or_none()
    if invoice is None or (seller_ids is not None and invoice.seller_id not in seller_ids):
        raise NotFound
    return invoice
