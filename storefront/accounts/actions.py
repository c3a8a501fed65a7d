"""What can be done with accounts."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from ..core.database import db
from . import codes, letters, sessions, tries
from .errors import AccountRefused
from .models import MailedCode, Person, PersonRole, RecoveryCode, SignIn


def open_account(
    *,
    email: str,
    name: str,
    language: str,
    password_hash: str,
    roles: Collection[str] = (),
    now: datetime,
) -> Person:
    """A new person, whose mailbox is proved (or vouched for by whoever runs the shop).

    Raises `AccountRefused` when the address has an account already.
    """
    person = Person(
        email=email.lower(),
        name=name,
        language=language,
        password_hash=password_hash,
        created_at=now,
        confirmed_at=now,
        role_rows=[PersonRole(role=role, given_at=now) for role in sorted(roles)],
    )
    try:
        # Two browsers may prove the same mailbox at the same moment.
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:
        raise AccountRefused(
            _("There is an account with this mail address already. Please sign in.")
        ) from None
    return person


def begin_session(
    *, person_id: int, password_hash: str, browser: str, instead_of: SignIn | None, now: datetime
) -> str:
    """Sign somebody in whose password was just checked; gives the session's token.

    `password_hash` is what it was checked against: when it was changed meanwhile, the check is worth nothing.
    `instead_of` is the session that this browser had until now, whosever it was: it ends. Raises `AccountRefused`.
    """
    person = locked(person_id)
    if person is None or person.password_hash != password_hash:
        raise AccountRefused(
            _("The password was changed at this very moment. Please sign in with the new one.")
        )
    if instead_of is not None:
        sessions.end(person_id=instead_of.person_id, sign_in_id=instead_of.id, now=now)
    return sessions.begin(person_id=person_id, browser=browser, now=now)


def improve_hash(*, person_id: int, old: str, better: str) -> None:
    """Keep the same password by a better hash, unless it was changed meanwhile."""
    db.session.execute(
        update(Person).where(Person.id == person_id, Person.password_hash == old).values(password_hash=better)
    )


def locked(person_id: int) -> Person | None:
    """The person, to be changed: nobody else changes them meanwhile. Nobody when the account is closed."""
    return db.session.scalars(
        select(Person).where(Person.id == person_id, Person.closed_at.is_(None)).with_for_update()
    ).one_or_none()


def rename(*, person_id: int, name: str, language: str) -> None:
    """How to call a person, and which language to write to them in."""
    db.session.execute(update(Person).where(Person.id == person_id).values(name=name, language=language))


def set_password(*, person_id: int, password_hash: str, keep: int | None, now: datetime) -> None:
    """A new password ends all sessions but `keep`, makes codes on their way worthless, and is told to its owner.

    Raises `AccountRefused`.
    """
    person = locked(person_id)
    if person is None:
        raise AccountRefused(_("This account is closed."))
    person.password_hash = password_hash
    db.session.execute(
        update(MailedCode)
        .where(MailedCode.person_id == person_id, MailedCode.used_at.is_(None))
        .values(used_at=now)
    )
    sessions.end_all(person_id=person_id, but=keep, now=now)
    letters.password_changed(person, now=now)


def set_roles(*, person_id: int, roles: Collection[str], now: datetime) -> None:
    """Give a person exactly these of `rules.ROLES`. Raises `AccountRefused` for the last operator's."""
    if "operator" not in roles:
        _leave_an_operator(person_id)
    db.session.execute(
        delete(PersonRole).where(PersonRole.person_id == person_id, PersonRole.role.not_in(roles))
    )
    there = set(db.session.scalars(select(PersonRole.role).where(PersonRole.person_id == person_id)))
    for role in sorted(set(roles) - there):
        db.session.add(PersonRole(person_id=person_id, role=role, given_at=now))
    db.session.flush()
    db.session.expire_all()


def _leave_an_operator(person_id: int) -> None:
    """Refuse to take the role from the last one who has it, whichever way: nobody could run the shop any more."""
    # All operators' rows, in one order: two who leave at once wait for one another here.
    operators = db.session.scalars(
        select(PersonRole.person_id)
        .where(PersonRole.role == "operator")
        .order_by(PersonRole.person_id)
        .with_for_update()
    ).all()
    if set(operators) == {person_id}:
        raise AccountRefused(_("This is the last operator of the shop: make somebody else one first."))


def close_account(*, person_id: int, now: datetime) -> None:
    """Forget who a person is: name, address, password, second factor and roles go, and every session ends.

    The row stays, without anything that tells who it was, so that what must be kept by law still hangs together.
    Raises `AccountRefused` for the last operator.
    """
    person = locked(person_id)
    if person is None:
        return
    _leave_an_operator(person_id)
    sessions.forget(person_id=person_id)
    for table in (PersonRole, RecoveryCode, MailedCode):
        db.session.execute(delete(table).where(table.person_id == person_id))
    # RFC 2606 keeps .invalid for addresses that are nobody's.
    person.email = f"closed-{person.id}@account.invalid"
    person.name = person.password_hash = person.totp_salt = ""
    person.closed_at = now
    db.session.flush()
    db.session.expire(person)


def purge(*, now: datetime) -> None:
    """Delete what has had its time: codes, sessions, counts of wrong tries."""
    codes.purge(now=now)
    sessions.purge(now=now)
    tries.purge(now=now)
