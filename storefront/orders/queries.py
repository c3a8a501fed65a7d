"""Reading orders: a fixed number of SQL statements, whatever the number of parcels and lines."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.exceptions import NotFound

from ..core.database import db
from ..core.paging import Page, page_of
from .documents import Invoice, Refund
from .models import OrderLine, Parcel, ShopOrder
from .rules import ON_INVOICE, PAY_AT_PICKUP

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_NUMBER = re.compile(r"R-?([0-9]{4})-?([0-9A-Z]{6})")


def _whole() -> Select[Any]:
    """An order with its parcels, lines, units and log: five statements."""
    return select(ShopOrder).options(
        selectinload(ShopOrder.parcels).selectinload(Parcel.lines).selectinload(OrderLine.units),
        selectinload(ShopOrder.events),
    )


def by_token(token: str) -> ShopOrder:
    """The order that this secret opens; `NotFound` (404) for any other."""
    order = None
    if _TOKEN.fullmatch(token):
        order = db.session.scalars(_whole().where(ShopOrder.token == token)).one_or_none()
    if order is None:
        raise NotFound
    return order


def by_id(order_id: int) -> ShopOrder:
    """The order with this id, which must exist."""
    return db.session.scalars(_whole().where(ShopOrder.id == order_id)).one()


def by_number(number: str) -> ShopOrder | None:
    """The order with this number, typed in capitals or not, with its dashes or not."""
    kept = number_in(number)
    return db.session.scalars(_whole().where(ShopOrder.number == kept)).one_or_none() if kept else None


def number_in(typed: str) -> str:
    """An order's number as it is kept, however it was typed; empty for what is none."""
    match = _NUMBER.fullmatch(re.sub(r"\s", "", typed[:40].upper()))
    return f"R-{match[1]}-{match[2]}" if match else ""


def invoices_of(order_id: int) -> list[Invoice]:
    """The invoices and credit notes of an order, as they were drawn up."""
    return list(db.session.scalars(select(Invoice).where(Invoice.order_id == order_id).order_by(Invoice.id)))


def invoice(token: str, number: str) -> Invoice:
    """The document with this number, of the order that this secret opens; `NotFound` for any other. Two statements."""
    found = None
    if _TOKEN.fullmatch(token):
        statement = (
            select(Invoice)
            .join(ShopOrder, ShopOrder.id == Invoice.order_id)
            .where(Invoice.number == number, ShopOrder.token == token)
            .options(selectinload(Invoice.lines), joinedload(Invoice.corrects))
        )
        found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def of_person(person_id: int, cursor: str = "") -> Page[ShopOrder]:
    """A page of the orders in this account, the newest first, whole; a fixed number of statements."""
    statement = _whole().where(ShopOrder.person_id == person_id)
    page = page_of(statement, by=(ShopOrder.placed_at, ShopOrder.id), cursor=cursor, size=20, descending=True)
    return page.showing(lambda row: row.ShopOrder)


def all_of_person(person_id: int, *, limit: int) -> list[ShopOrder]:
    """The newest orders in this account, whole; a fixed number of statements."""
    statement = _whole().where(ShopOrder.person_id == person_id).order_by(ShopOrder.placed_at.desc())
    return list(db.session.scalars(statement.limit(limit)))


@dataclass(frozen=True, slots=True)
class PersonsDocuments:
    """What was drawn up, and what was paid back, for somebody's orders, by the order's id."""

    invoices: Mapping[int, Sequence[Invoice]]
    refunds: Mapping[int, Sequence[Refund]]


def documents_of_person(person_id: int) -> PersonsDocuments:
    """The oldest first; two statements."""
    mine = select(ShopOrder.id).where(ShopOrder.person_id == person_id)
    invoices: dict[int, list[Invoice]] = defaultdict(list)
    refunds: dict[int, list[Refund]] = defaultdict(list)
    for invoice in db.session.scalars(select(Invoice).where(Invoice.order_id.in_(mine)).order_by(Invoice.id)):
        invoices[invoice.order_id].append(invoice)
    for refund in db.session.scalars(select(Refund).where(Refund.order_id.in_(mine)).order_by(Refund.id)):
        refunds[refund.order_id].append(refund)
    return PersonsDocuments(invoices, refunds)


def by_key(key: str) -> ShopOrder | None:
    """The order that the form with this idempotency key made."""
    return db.session.scalars(select(ShopOrder).where(ShopOrder.idempotency_key == key)).one_or_none()


def locked(order_id: int) -> ShopOrder:
    """The order, fresh from the database and locked until the transaction's end, so that two verbs never cross."""
    statement = (
        _whole().where(ShopOrder.id == order_id).with_for_update().execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one()


def locked_parcel(parcel_id: int) -> Parcel:
    """The parcel, with its order locked. `NotFound` when there is none."""
    order_id = db.session.scalar(select(Parcel.order_id).where(Parcel.id == parcel_id))
    if order_id is None:
        raise NotFound
    return next(parcel for parcel in locked(order_id).parcels if parcel.id == parcel_id)


def overdue(now: datetime, *, limit: int) -> list[int]:
    """The ids of orders whose time to pay is over, with a parcel that still waits; the longest overdue first.

    What is paid at the counter may be picked up and paid in part; what is bought on account is sent all the same.
    """
    waiting = select(Parcel.order_id).where(Parcel.status.in_(("placed", "accepted", "shipped")))
    statement = (
        select(ShopOrder.id)
        .where(
            or_(ShopOrder.paid_minor == 0, ShopOrder.payment_method == PAY_AT_PICKUP),
            ShopOrder.payment_method != ON_INVOICE,
            ShopOrder.pay_by < now,
            ShopOrder.id.in_(waiting),
        )
        .order_by(ShopOrder.pay_by)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def latest(*, limit: int, status: str | None = None, to_refund: bool = False) -> list[ShopOrder]:
    """The newest orders, with everything; only those with a parcel in `status`, or with money to be paid back."""
    statement = _whole().order_by(ShopOrder.id.desc())
    if status:
        statement = statement.where(ShopOrder.id.in_(select(Parcel.order_id).where(Parcel.status == status)))
    if not to_refund:
        return list(db.session.scalars(statement.limit(limit)))
    paid = statement.where(ShopOrder.paid_minor > ShopOrder.refunded_minor)
    return [order for order in db.session.scalars(paid) if order.balance.minor > 0][:limit]
