"""Proving who one is by a password: counted first, then checked outside any transaction, for that takes a while."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import ServiceUnavailable

from ..core.database import db, transaction
from ..core.errors import FormInvalid
from . import actions, codes, known, passwords, second_factor, tries
from .models import Person

SIGN_IN, SECOND = "sign-in", "second-factor"


@dataclass(frozen=True, slots=True)
class Proof:
    """Who somebody is, as far as the first factor goes: `password_hash` is what is kept of their password by now."""

    person_id: int
    password_hash: str
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
    try:
        fits = passwords.fits(password, found.password_hash if found else "")
    except ServiceUnavailable:
        with transaction():
            tries.take_back(who, now=now)
        raise
    if not fits or found is None:
        raise FormInvalid({"password": _("Mail address and password don't go together.")})
    kept = found.password_hash
    better = passwords.hash_password(password) if passwords.is_dated(kept) else kept
    with transaction():
        tries.forget(who)
        if better != kept:
            actions.improve_hash(person_id=found.id, old=kept, better=better)
    return Proof(person_id=found.id, password_hash=better, has_second_factor=bool(found.totp_salt))


def of(person: Person) -> Proof:
    """For somebody who has just chosen the password, and proved the mailbox."""
    return Proof(person.id, person.password_hash, person.has_second_factor)


def by_second_factor(*, person_id: int, email: str, code: str, now: datetime) -> None:
    """The second half of a sign-in. Raises `FormInvalid` for a wrong or used code, `TooManyTries`."""
    who = known.whose_tries(SECOND, email)
    with transaction():
        tries.begin(who, now=now)
    with transaction():
        second_factor.use(person_id=person_id, code=code, now=now)
        tries.forget(who)


def by_mailbox(*, key: str, now: datetime) -> None:
    """Count a try at a mailed code, whatever becomes of it. Raises `CodeGone`."""
    with transaction():
        codes.count_try(key=key, now=now)


def in_full(person: Person, *, current: str, code: str, now: datetime) -> None:
    """The same by all that this person signs in with: `code` is looked at where there is a second factor.

    For what gives the whole shop away: a browser left open must not do. Raises as the two do.
    """
    person_id, email = person.id, person.email
    if again(person, current, now=now).has_second_factor:
        by_second_factor(person_id=person_id, email=email, code=code, now=now)


def again(person: Person, password: str, *, now: datetime) -> Proof:
    """The same, for somebody who is signed in and about to change how they do.

    Raises `FormInvalid`, `TooManyTries` and `ServiceUnavailable`.
    """
    try:
        return by_password(email=person.email, password=password, now=now)
    except FormInvalid:
        raise FormInvalid({"current": _("This isn't your password.")}) from None
