"""What somebody can have done with everything that an account holds."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from ..accounts import actions as accounts
from ..accounts import addresses
from ..accounts.models import Person, PersonRole
from ..core import mail
from ..core.database import db
from ..orders import belonging
from ..orders.queries import by_number
from ..sellers import invitations, members
from . import claims
from .errors import PersonalRefused


def ask_for_order(*, number: str, person: Person, now: datetime) -> None:
    """Mail a link to the mailbox that the order with this number was placed with, if there is one to be claimed."""
    order = by_number(number)
    if order is not None and order.person_id is None:
        claims.send(order, person, now=now)


def close(*, person_id: int, now: datetime) -> None:
    """Delete what an account knows of its person, and the account. Orders stay as the law wants them, in nobody's.

    Raises `PersonalRefused` for the last operator: nobody could run the shop any more.
    """
    person = accounts.locked(person_id)
    if person is None:
        return
    if person.is_operator and _operators() == 1:
        raise PersonalRefused(
            _(
                "You are the only operator of this shop. Make somebody else one first, then close your account."
            )
        )
    belonging.release(person_id=person_id)
    addresses.forget_all(person_id=person_id)
    members.leave_all(person_id=person_id)
    invitations.forget(person.email)
    mail.forget(person.email)
    accounts.close_account(person_id=person_id, now=now)


def _operators() -> int:
    # The rows are locked where the database can: two operators who leave at once can't both be the last but one.
    rows = select(PersonRole.person_id).where(PersonRole.role == "operator").with_for_update().subquery()
    return db.session.execute(select(func.count()).select_from(rows)).scalar_one()
