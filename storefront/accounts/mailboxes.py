"""What a proved mailbox does: opens an account, sets a new password, moves an account to another address.

Whoever asks is told the same whether there is an account or not; the mail says which.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from ..core.database import db
from . import actions, codes, letters
from .errors import AccountRefused, CodeGone
from .models import Person
from .queries import by_email
from .rules import NEW_MAIL, NEW_PASSWORD, SIGN_UP


def ask_to_sign_up(*, email: str, name: str, password_hash: str, language: str, now: datetime) -> str:
    """Mail a code, or that there is an account already; gives the key for the browser."""
    there = by_email(email)
    asked = codes.ask(
        purpose=SIGN_UP, email=email, works=there is None, name=name, password_hash=password_hash, now=now
    )
    if there:
        letters.has_account(there, asked, now=now)
    else:
        letters.sign_up(email, language, asked, now=now)
    return asked.key


def sign_up(*, key: str, code: str, language: str, now: datetime) -> Person:
    """Open the account that was asked for. Raises `FormInvalid`, `CodeGone` and `AccountRefused`."""
    row = codes.redeem(purpose=SIGN_UP, key=key, code=code, now=now)
    person = actions.open_account(
        email=row.email, name=row.name, language=language, password_hash=row.password_hash, now=now
    )
    # It was kept here only until now.
    row.password_hash = row.name = ""
    return person


def ask_for_new_password(*, email: str, language: str, now: datetime) -> str:
    """Mail a code, or that there is no such account; gives the key for the browser."""
    person = by_email(email)
    asked = codes.ask(purpose=NEW_PASSWORD, email=email, person=person, works=person is not None, now=now)
    if person:
        letters.new_password(person, asked, now=now)
    else:
        letters.has_no_account(email, language, asked, now=now)
    return asked.key


def choose_password(*, key: str, code: str, password_hash: str, now: datetime) -> Person:
    """Set the password, and sign all browsers out. Raises `FormInvalid`, `CodeGone` and `AccountRefused`."""
    row = codes.redeem(purpose=NEW_PASSWORD, key=key, code=code, now=now)
    person = actions.locked(row.person_id or 0)
    if person is None or person.email != row.email:
        raise CodeGone(_("This code can't be used any more. Please ask for a new one."))
    actions.set_password(person_id=person.id, password_hash=password_hash, keep=None, now=now)
    return person


def ask_to_move(*, person_id: int, email: str, now: datetime) -> str:
    """Mail a code to the new address, or tell its owner that it has an account; gives the key for the browser."""
    person = actions.locked(person_id)
    if person is None:
        raise AccountRefused(_("This account is closed."))
    there = by_email(email)
    asked = codes.ask(purpose=NEW_MAIL, email=email, person=person, works=there is None, now=now)
    if there:
        letters.mail_is_taken(there, asked, now=now)
    else:
        letters.new_mail(person, email, asked, now=now)
    return asked.key


def move(*, key: str, code: str, person_id: int, now: datetime) -> Person:
    """Give the account its new address, and tell the old one. Raises `FormInvalid` and `CodeGone`."""
    row = codes.redeem(purpose=NEW_MAIL, key=key, code=code, now=now)
    person = actions.locked(person_id)
    if person is None or row.person_id != person.id or by_email(row.email):
        raise CodeGone(_("This code can't be used any more. Please ask for a new one."))
    old = person.email
    try:
        # Two accounts may prove the same mailbox at the same moment.
        with db.session.begin_nested():
            person.email = row.email
    except IntegrityError:
        raise CodeGone(_("This code can't be used any more. Please ask for a new one.")) from None
    letters.mail_changed(person, old, now=now)
    return person
