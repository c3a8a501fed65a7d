"""The people of the sellers: who may act on whose behalf."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, select

from ..accounts.models import Person
from ..core.database import db
from . import letters
from .errors import SellerRefused
from .models import Seller, SellerInvitation, SellerMember


@dataclass(frozen=True, slots=True)
class Membership:
    """A seller that somebody belongs to."""

    seller_id: int
    name: str
    standing: str


def sellers_of(person_id: int) -> tuple[Membership, ...]:
    """The sellers that this person belongs to, by name; one SQL statement."""
    statement = (
        select(Seller.id, Seller.name, Seller.standing)
        .join(SellerMember, SellerMember.seller_id == Seller.id)
        .where(SellerMember.person_id == person_id)
        .order_by(Seller.name, Seller.id)
    )
    return tuple(Membership(*row) for row in db.session.execute(statement))


def people_of(seller_id: int) -> tuple[int, ...]:
    """The ids of the people who act for this seller, the longest-serving first; one SQL statement."""
    statement = (
        select(SellerMember.person_id)
        .where(SellerMember.seller_id == seller_id)
        .order_by(SellerMember.since, SellerMember.person_id)
    )
    return tuple(db.session.scalars(statement))


def join(*, person_id: int, seller_id: int, now: datetime) -> None:
    """Let somebody act for a seller; again, it changes nothing."""
    if db.session.get(SellerMember, (person_id, seller_id)) is None:
        db.session.add(SellerMember(person_id=person_id, seller_id=seller_id, since=now))
        db.session.flush()


def leave(*, person_id: int, seller_id: int) -> None:
    """Let somebody act for a seller no more, from the next request on; nobody comes in by what they sent, either."""
    db.session.execute(
        delete(SellerMember).where(SellerMember.person_id == person_id, SellerMember.seller_id == seller_id)
    )
    db.session.execute(
        delete(SellerInvitation).where(_open_of(person_id), SellerInvitation.seller_id == seller_id)
    )


def remove(*, person_id: int, seller_id: int, by_id: int, now: datetime) -> None:
    """Somebody (`by_id`) takes another person from a seller, who is told. Raises `SellerRefused` for oneself.

    So whoever does it stays, and a seller is never left without people by mistake.
    """
    if person_id == by_id:
        raise SellerRefused(_("You can't take yourself away. Ask a colleague, or the shop."))
    if db.session.get(SellerMember, (person_id, seller_id)) is None:
        return
    leave(person_id=person_id, seller_id=seller_id)
    letters.taken_away(db.session.get_one(Seller, seller_id), db.session.get_one(Person, person_id), now=now)


def leave_all(*, person_id: int) -> None:
    """Let somebody act for no seller any more, and nobody come in by an invitation of theirs."""
    db.session.execute(delete(SellerMember).where(SellerMember.person_id == person_id))
    db.session.execute(delete(SellerInvitation).where(_open_of(person_id)))


def _open_of(person_id: int) -> ColumnElement[bool]:
    """The invitations that this person sent and nobody has followed yet."""
    return (SellerInvitation.person_id == person_id) & SellerInvitation.used_at.is_(None)
