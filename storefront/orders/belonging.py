"""In whose account an order is listed. Its page opens by its secret link all the same."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from ..core.database import db
from .errors import OrderRefused
from .models import ShopOrder
from .queries import number_in


def _as_typed(email: str) -> set[str]:
    """The address in small letters, and as phones and people like to write it; each is looked up in the index.

    One capitalised in yet another way is found by its order's number, and a link mailed there.
    """
    name, _at, host = email.rpartition("@")
    names, hosts = (name, name.capitalize(), name.upper()), (host, host.capitalize(), host.upper())
    return {f"{one}@{other}" for one in names for other in hosts}


def nobodys(email: str) -> int:
    """How many orders were placed with this (proved) mailbox and are in nobody's account; one SQL statement."""
    statement = select(func.count()).where(
        ShopOrder.email.in_(_as_typed(email)), ShopOrder.person_id.is_(None)
    )
    return db.session.execute(statement).scalar_one()


def adopt(*, person_id: int, email: str) -> None:
    """Take the orders that were placed with this person's (proved) mailbox into the account."""
    db.session.execute(
        update(ShopOrder)
        .where(ShopOrder.email.in_(_as_typed(email)), ShopOrder.person_id.is_(None))
        .values(person_id=person_id)
    )


@dataclass(frozen=True, slots=True)
class Claimable:
    """An order that nobody's account has: whom to ask for it, and in which language."""

    id: int
    number: str
    email: str
    language: str


def claimable(number: str) -> Claimable | None:
    """The order with this number, however typed, if it is in nobody's account; one SQL statement, found or not."""
    columns = (ShopOrder.id, ShopOrder.number, ShopOrder.email, ShopOrder.language)
    found = db.session.execute(
        select(*columns).where(ShopOrder.number == number_in(number), ShopOrder.person_id.is_(None))
    ).one_or_none()
    return Claimable(*found) if found else None


def claim(*, order_id: int, person_id: int) -> None:
    """Take an order into the account of whoever opened the link in its mailbox; again, it changes nothing.

    Raises `OrderRefused` when it is in somebody else's.
    """
    claimed = db.session.execute(
        update(ShopOrder)
        .where(ShopOrder.id == order_id, (ShopOrder.person_id.is_(None)) | (ShopOrder.person_id == person_id))
        .values(person_id=person_id)
        .returning(ShopOrder.id)
    ).scalar_one_or_none()
    if claimed is None:
        raise OrderRefused(
            _(
                "This order is in another account already. Its page opens by the link in its mails all the same."
            )
        )


def release(*, person_id: int) -> None:
    """Take all orders out of an account that is about to be closed; what law keeps of them stays."""
    db.session.execute(update(ShopOrder).where(ShopOrder.person_id == person_id).values(person_id=None))
