"""One order for the desk, as far as somebody may see it: a seller its own parcels, with their events and documents.

`seller_ids` is `None` for all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload
from werkzeug.exceptions import NotFound

from ..core.clock import shop_day
from ..core.database import db
from .desk_queries import Sellers
from .documents import Invoice, Refund
from .models import OrderEvent, OrderLine, Parcel, ShopOrder
from .rules import is_late, is_named


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
    """The order with this number; `NotFound` for another seller's. Seven SQL statements."""
    order = db.session.scalars(_everything().where(ShopOrder.number == number)).one_or_none()
    parcels = _mine(order, seller_ids) if order else []
    if order is None or not parcels:
        raise NotFound
    ids = {parcel.id for parcel in parcels}
    invoices = db.session.scalars(select(Invoice).where(Invoice.order_id == order.id).order_by(Invoice.id))
    whole = seller_ids is None
    today = shop_day(now)
    return OrderForDesk(
        order=order,
        parcels=tuple(parcels),
        events=tuple(event for event in order.events if whole or event.parcel_id in ids),
        invoices=tuple(invoice for invoice in invoices if invoice.parcel_id in ids),
        refunds=tuple(order.refunds) if whole else (),
        late=frozenset(
            parcel.id
            for parcel in parcels
            if is_late(parcel.status, parcel.send_by, today, paid_later=order.paying.comes_later)
        ),
        knows_customer=_knows_customer(parcels, seller_ids),
        is_whole=whole,
    )


def _mine(order: ShopOrder, seller_ids: Sellers) -> list[Parcel]:
    return [parcel for parcel in order.parcels if seller_ids is None or parcel.seller_id in seller_ids]


def _knows_customer(parcels: Iterable[Parcel], seller_ids: Sellers) -> bool:
    return seller_ids is None or any(
        is_named(parcel.status, was_sent=parcel.shipped_at is not None) for parcel in parcels
    )


def _everything() -> Select[ShopOrder]:
    return select(ShopOrder).options(
        selectinload(ShopOrder.parcels).selectinload(Parcel.lines).selectinload(OrderLine.units),
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
