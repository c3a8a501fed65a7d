"""Invitations to act for a seller: a mailed link, good once and for a week, for the mailbox that it went to."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, func, select, update

from ..accounts.models import Person, PersonRole
from ..accounts.queries import hashed
from ..core.database import db
from ..core.links import address_of
from . import letters, members
from .errors import InvitationGone, SellerRefused
from .models import Seller, SellerInvitation, SellerMember
from .rules import SUSPENDED

LASTS = timedelta(days=7)
# Open ones of a seller at a time: what it can have us write to strangers.
MOST_OPEN = 20


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that still counts: to which seller, for which mailbox; `has_account` if that has one."""

    seller_name: str
    email: str
    has_account: bool


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """One of a seller's invitations that nobody has followed yet."""

    id: int
    email: str
    until: datetime


def invite(*, seller_id: int, email: str, language: str, person_id: int, now: datetime) -> None:
    """Mail a link to `email`, in `language`; earlier ones to the same address are dead. Raises `SellerRefused`."""
    seller = db.session.scalars(select(Seller).where(Seller.id == seller_id).with_for_update()).one()
    theirs = (
        select(Person.id)
        .join(SellerMember, SellerMember.person_id == Person.id)
        .where(SellerMember.seller_id == seller_id, Person.email == email)
    )
    if db.session.scalar(theirs) is not None:
        raise SellerRefused(_("This person acts for %(seller)s already.", seller=seller.name))
    # What ran out is of no use to anybody.
    db.session.execute(
        delete(SellerInvitation).where(
            SellerInvitation.seller_id == seller_id,
            SellerInvitation.used_at.is_(None),
            (SellerInvitation.email == email) | (SellerInvitation.made_at <= now - LASTS),
        )
    )
    is_open = (SellerInvitation.seller_id == seller_id) & SellerInvitation.used_at.is_(None)
    if (db.session.scalar(select(func.count()).where(is_open)) or 0) >= MOST_OPEN:
        raise SellerRefused(
            _("%(most)s invitations wait for an answer. Take one back first.", most=MOST_OPEN)
        )
    token = secrets.token_urlsafe(24)
    made = SellerInvitation(
        seller_id=seller_id, email=email, token_hash=hashed(token), person_id=person_id, made_at=now
    )
    db.session.add(made)
    db.session.flush()
    link = address_of("sellers.invitation", language, token=token)
    letters.invitation(seller, email, language, link=link, reason=f"invitation-{made.token_hash}", now=now)


def open_invitations(seller_id: int, *, now: datetime) -> list[OpenInvitation]:
    """Those of a seller that still count, the oldest first; one SQL statement."""
    statement = (
        select(SellerInvitation.id, SellerInvitation.email, SellerInvitation.made_at)
        .where(
            SellerInvitation.seller_id == seller_id,
            SellerInvitation.used_at.is_(None),
            SellerInvitation.made_at > now - LASTS,
        )
        .order_by(SellerInvitation.id)
    )
    return [OpenInvitation(row.id, row.email, row.made_at + LASTS) for row in db.session.execute(statement)]


def withdraw(*, seller_id: int, invitation_id: int) -> None:
    """Take back an invitation of this seller; when it was followed already, nothing happens."""
    db.session.execute(
        delete(SellerInvitation).where(
            SellerInvitation.seller_id == seller_id,
            SellerInvitation.id == invitation_id,
            SellerInvitation.used_at.is_(None),
        )
    )


def invitation_of(token: str, *, now: datetime) -> Invitation:
    """What `token` opens; one SQL statement. Raises `InvitationGone`."""
    has_account = select(Person.id).where(Person.email == SellerInvitation.email).exists()
    statement = (
        select(Seller.name, SellerInvitation.email, has_account)
        .join(Seller, Seller.id == SellerInvitation.seller_id)
        .where(_opened_by(token, now))
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise _gone()
    return Invitation(*row)


def accept(*, token: str, person_id: int, now: datetime) -> None:
    """Let the invited person act for the seller; the link is dead from then on. Raises `InvitationGone`.

    Only the account of the mailbox that was written to: a link that was passed on lets nobody else in.
    """
    own_address = select(Person.email).where(Person.id == person_id).scalar_subquery()
    used = (
        update(SellerInvitation)
        .where(_opened_by(token, now), SellerInvitation.email == own_address)
        .values(used_at=now)
        .returning(SellerInvitation.seller_id)
        .execution_options(synchronize_session=False)
    )
    seller_id = db.session.scalar(used)
    if seller_id is None:
        raise _gone()
    members.join(person_id=person_id, seller_id=seller_id, now=now)


def forget(email: str) -> None:
    """Delete all that were sent to this address."""
    db.session.execute(delete(SellerInvitation).where(SellerInvitation.email == email))


def purge(*, now: datetime) -> None:
    """Delete those that were followed, or whose time is over."""
    over = SellerInvitation.used_at.is_not(None) | (SellerInvitation.made_at <= now - LASTS)
    db.session.execute(delete(SellerInvitation).where(over))


def _opened_by(token: str, now: datetime) -> ColumnElement[bool]:
    """The condition on the invitation that `token` opens.

    Whoever invited still may: who was taken away would come back by a friend. A suspended seller gets nobody new.
    """
    inviter, seller_id = SellerInvitation.person_id, SellerInvitation.seller_id
    is_member = select(SellerMember.since).where(
        SellerMember.person_id == inviter, SellerMember.seller_id == seller_id
    )
    is_operator = select(PersonRole.role).where(
        PersonRole.person_id == inviter, PersonRole.role == "operator"
    )
    suspended = select(Seller.id).where(Seller.id == seller_id, Seller.standing == SUSPENDED)
    return (
        (SellerInvitation.token_hash == hashed(token))
        & SellerInvitation.used_at.is_(None)
        & (SellerInvitation.made_at > now - LASTS)
        & (is_member.correlate(SellerInvitation).exists() | is_operator.correlate(SellerInvitation).exists())
        & ~suspended.correlate(SellerInvitation).exists()
    )


def _gone() -> InvitationGone:
    return InvitationGone(_("This invitation has been used, or its time is over. Ask for a new one."))
