"""The list of sellers, and one of them; narrowed to the actor's."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, or_, select
from werkzeug.exceptions import NotFound

from ...core.clock import shop_day
from ...core.database import db
from ...core.paging import Page, page_of
from ...orders.models import OrderLine, Parcel, ShopOrder
from ...orders.rules import PAID_LATER, WAITING
from ...sellers.models import Seller, SellerInvitation, SellerMember
from ..access import Scope, within
from .forms import SellerFilters

SELLERS = 50
# How the quality record names a line of an order of ours; what a file brought has names of its own.
ORDER_LINE = "order-line-"


def sellers_page(
    scope: Scope, filters: SellerFilters, *, cursor: str, now: datetime
) -> Page[Row[*tuple[Any, ...]]]:
    """Sellers by name, each with how many of its parcels are late; one SQL statement."""
    today = shop_day(now)
    waits = or_(
        Parcel.status.in_(WAITING),
        and_(Parcel.status == "placed", ShopOrder.payment_method.in_(PAID_LATER)),
    )
    late = (
        select(func.count(Parcel.id))
        .join(ShopOrder, ShopOrder.id == Parcel.order_id)
        .where(Parcel.seller_id == Seller.id, waits, Parcel.send_by < today)
        .correlate(Seller)
        .scalar_subquery()
    )
    statement = select(
        Seller.id,
        Seller.name,
        Seller.city,
        Seller.standing,
        Seller.risk,
        Seller.finished_lines,
        Seller.bad_lines,
        late.label("late"),
    ).where(within(scope, Seller.id))
    if filters.standing:
        statement = statement.where(Seller.standing == filters.standing)
    for word in filters.text.split()[:8]:
        named = (
            Seller.name,
            Seller.legal_name,
            Seller.city,
            Seller.email,
            Seller.register_number,
            Seller.vat_id,
        )
        statement = statement.where(or_(*(column.icontains(word, autoescape=True) for column in named)))
    return page_of(statement, by=(Seller.name, Seller.id), cursor=cursor, size=SELLERS)


def seller(scope: Scope, seller_id: int) -> Seller:
    """The seller, if it is theirs; `NotFound` otherwise. One SQL statement."""
    statement = select(Seller).where(Seller.id == seller_id, within(scope, Seller.id))
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def member_there(seller_id: int, person_id: int) -> None:
    """`NotFound` when this person does not act for the seller."""
    if db.session.get(SellerMember, (person_id, seller_id)) is None:
        raise NotFound


def invitation_there(seller_id: int, invitation_id: int) -> None:
    """`NotFound` when the seller has no such invitation."""
    found = db.session.get(SellerInvitation, invitation_id)
    if found is None or found.seller_id != seller_id:
        raise NotFound


def order_numbers(scope: Scope, references: list[str]) -> dict[str, tuple[str, str]]:
    """The order's number and the line's title for those references of the record that name a line of ours; one SQL
    statement.
    """
    ids = [
        int(digits)
        for reference in references
        if (digits := reference.removeprefix(ORDER_LINE)) != reference
        and digits.isdecimal()
        and len(digits) < 19
    ]
    statement = (
        select(OrderLine.id, ShopOrder.number, OrderLine.title)
        .join(Parcel, Parcel.id == OrderLine.parcel_id)
        .join(ShopOrder, ShopOrder.id == Parcel.order_id)
        .where(OrderLine.id.in_(ids), within(scope, Parcel.seller_id))
    )
    return {f"{ORDER_LINE}{row.id}": (row.number, row.title) for row in db.session.execute(statement)}
