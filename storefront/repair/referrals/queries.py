"""Reading referrals: a fixed number of SQL statements."""

from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.exceptions import NotFound

from ...core.database import db
from ..network.models import Repairer
from ..network.nearest import is_shown
from .errors import PageClosed
from .models import Referral
from .rules import CUSTOMER, NETWORK, OPEN, SENT, is_readable
from .tokens import hash_of_token


def _whole() -> Select[Referral]:
    return select(Referral).options(
        selectinload(Referral.events), joinedload(Referral.repairer), joinedload(Referral.seller)
    )


def by_token(token: str, side: str, *, now: datetime) -> Referral:
    """The referral that this side's secret opens. Raises `PageClosed` for any other secret, for the other side's, and
    for one that ended too long ago; `NotFound` for what can't be a secret. Two statements.
    """
    known = hash_of_token(token)
    if known is None:
        raise NotFound
    column = Referral.customer_hash if side == CUSTOMER else Referral.repairer_hash
    found = db.session.scalars(_whole().where(column == known)).one_or_none()
    if found is None or not is_readable(found.kind, found.ended_at, now):
        raise PageClosed
    return found


def by_id(referral_id: int) -> Referral:
    """The referral with this id, which must exist. Two statements."""
    return db.session.scalars(_whole().where(Referral.id == referral_id)).one()


def locked(referral_id: int) -> Referral:
    """The referral, fresh from the database and locked until the transaction's end: two verbs never cross."""
    statement = (
        select(Referral)
        .options(selectinload(Referral.events))
        .where(Referral.id == referral_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def by_key(key: str) -> Referral | None:
    """The referral that the form with this idempotency key made."""
    return db.session.scalars(select(Referral).where(Referral.idempotency_key == key)).one_or_none()


def next_of(referral_id: int) -> Referral | None:
    """The referral to the next repairer, if the case was handed on."""
    return db.session.scalars(select(Referral).where(Referral.previous_id == referral_id)).one_or_none()


def asked_before(referral: Referral) -> frozenset[int]:
    """The repairers that have had this case, this one included; a statement for each earlier one."""
    found, link = set(), referral
    while True:
        if link.repairer_id:
            found.add(link.repairer_id)
        if link.previous_id is None:
            return frozenset(found)
        link = db.session.get_one(Referral, link.previous_id)


def of_person(person_id: int) -> list[Referral]:
    """The referrals of an account that were not blanked yet, whole, the newest first; two statements."""
    statement = _whole().where(Referral.person_id == person_id).order_by(Referral.id.desc())
    return list(db.session.scalars(statement))


def open_claim(line_id: int, place: int) -> Referral | None:
    """The guarantee repair of a unit that is still open."""
    statement = select(Referral).where(
        Referral.line_id == line_id, Referral.place == place, Referral.state.in_(OPEN)
    )
    return db.session.scalars(statement).first()


def repairer_by_id(repairer_id: int) -> Repairer:
    return db.session.get_one(Repairer, repairer_id)


def may_take(referral: Referral, *, today: date) -> bool:
    """Whether its repairer may take it on: a seller always, one of the network while customers are shown it."""
    if referral.kind != NETWORK:
        return True
    shown = select(Repairer.id).where(Repairer.id == referral.repairer_id, is_shown(today))
    return db.session.scalar(shown) is not None


def left_alone(today: date, *, limit: int) -> list[int]:
    """The ids of unanswered referrals whose repairer isn't shown to customers any more, the oldest first."""
    shown = select(Repairer.id).where(Repairer.id == Referral.repairer_id, is_shown(today))
    waiting = select(Referral.id).where(Referral.state == SENT, Referral.kind == NETWORK, ~shown.exists())
    return list(db.session.scalars(waiting.order_by(Referral.id).limit(limit)))


def due(column: str, now: datetime, *, limit: int) -> list[int]:
    """The ids of referrals whose `remind_at`, `expire_at`, `blank_at` or `late_at` is over, the longest first."""
    at = getattr(Referral, column)
    return list(
        db.session.scalars(select(Referral.id).where(at <= now).order_by(at, Referral.id).limit(limit))
    )
