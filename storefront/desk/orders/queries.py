"""What only this chapter asks the database for."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from ...accounts.models import Person
from ...core.database import db
from ...orders.models import Parcel, ShopOrder
from ...sellers.models import Seller
from ..access import Scope, within

# Two pages each: so many take a second to draw, and a tray of paper to print.
MOST_SLIPS = 50


def sellers() -> list[tuple[int, str]]:
    """All sellers by name, to choose from: id and name; one statement."""
    return [
        (row.id, row.name) for row in db.session.execute(select(Seller.id, Seller.name).order_by(Seller.name))
    ]


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """What these people are called, by id; one statement."""
    statement = select(Person.id, Person.name).where(Person.id.in_(sorted(person_ids)))
    return {row.id: row.name for row in db.session.execute(statement)}


def parcels_to_send(scope: Scope) -> list[Parcel]:
    """What is accepted and waits, the first promised first, with its order; at most `MOST_SLIPS`. Three statements."""
    statement = (
        select(Parcel)
        .where(Parcel.status == "accepted", within(scope, Parcel.seller_id))
        .order_by(Parcel.send_by, Parcel.id)
        .limit(MOST_SLIPS)
        .options(selectinload(Parcel.lines), joinedload(Parcel.order).selectinload(ShopOrder.parcels))
    )
    return list(db.session.scalars(statement))


def is_known_payment(reference: str, *, but_of: int) -> bool:
    """Whether another order than `but_of` was paid with this reference."""
    statement = select(ShopOrder.id).where(ShopOrder.payment_reference == reference, ShopOrder.id != but_of)
    return db.session.scalar(statement) is not None
