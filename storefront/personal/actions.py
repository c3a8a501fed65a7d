"""What somebody can have done with everything that an account holds."""

from datetime import datetime

from ..accounts import actions as accounts
from ..accounts import addresses
from ..accounts.models import Person
from ..core import old_mail
from ..fleet.quotes import due as quotes
from ..orders import belonging
from ..repair.referrals import due as referrals
from ..sellers import invitations, members
from . import claims


def ask_for_order(*, number: str, person: Person, now: datetime) -> None:
    """Mail a link to the mailbox that the order with this number was placed with, if there is one to be claimed."""
    claims.send(belonging.claimable(number), person, now=now)


def close(*, person_id: int, now: datetime) -> None:
    """Delete what an account knows of its person, and the account. Orders stay as the law wants them, in nobody's.

    Raises `AccountRefused` for the last operator.
    """
    person = accounts.locked(person_id)
    if person is None:
        return
    belonging.release(person_id=person_id)
    referrals.forget_person(person_id=person_id, now=now)
    quotes.forget_person(person_id=person_id, now=now)
    addresses.forget_all(person_id=person_id)
    members.leave_all(person_id=person_id)
    invitations.forget(person.email)
    old_mail.forget(person.email)
    accounts.close_account(person_id=person_id, now=now)
