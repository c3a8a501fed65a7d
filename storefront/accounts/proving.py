"""Proving who one is by a password: counted first, then checked outside any transaction, for that takes a while."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from ..core.database import db, transaction
from ..core.errors import FormInvalid
from . import known, passwords, tries
from .models import Person

SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True)
class Proof:
    """A password that fitted. `better_hash` is there when the kept one was made with older parameters."""

    person_id: int
    password_hash: str
    better_hash: str | None
    has_second_factor: bool


def by_password(*, email: str, password: str, now: datetime) -> Proof:
    """Who has this address and password. Takes the same time for an address that nobody has.

    Raises `FormInvalid` when they don't fit, `TooManyTries` when it was wrong too often, `ServiceUnavailable`.
    """
    who = known.whose_tries(SIGN_IN, email)
    with transaction():
        tries.begin(who, now=now)
    found = db.session.execute(
        select(Person.id, Person.password_hash, Person.totp_salt).where(
            Person.email == email, Person.closed_at.is_(None)
        )
    ).one_or_none()
    # The database is not kept waiting while the password is looked at.
    db.session.rollback()
    if not passwords.fits(password, found.password_hash if found else "") or found is None:
        raise FormInvalid({"password": _("Mail address and password don't go together.")})
    dated = passwords.is_dated(found.password_hash)
    with transaction():
        tries.forget(who)
    return Proof(
        person_id=found.id,
        password_hash=found.password_hash,
        better_hash=passwords.hash_password(password) if dated else None,
        has_second_factor=bool(found.totp_salt),
    )


def again(person: Person, password: str, *, now: datetime) -> Proof:
    """The same, for somebody who is signed in and about to change how they do.

    Raises `FormInvalid`, `TooManyTries` and `ServiceUnavailable`.
    """
    try:
        return by_password(email=person.email, password=password, now=now)
    except FormInvalid:
        raise FormInvalid({"current": _("This isn't your password.")}) from None
