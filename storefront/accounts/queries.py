"""Who is who."""

import hashlib
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import joinedload, selectinload

from ..core.database import db
from .models import Person, PersonRole, SignIn
from .rules import is_over


def hashed(token: str) -> str:
    """What is kept of a random token of 128 bits or more."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_email(email: str) -> Person | None:
    """The person with this address, however it is capitalised."""
    statement = select(Person).where(Person.email == email.lower()).options(joinedload(Person.role_rows))
    return db.session.scalars(statement).unique().one_or_none()


def live_sign_in(token: str, *, now: datetime) -> SignIn | None:
    """The session that `token` opens, with its person and roles, in one statement; none when it has ended."""
    statement = (
        select(SignIn)
        .where(SignIn.token_hash == hashed(token), SignIn.ended_at.is_(None))
        .options(joinedload(SignIn.person).joinedload(Person.role_rows))
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None or is_over(
        began_at=found.began_at, seen_at=found.seen_at, roles=found.person.roles, now=now
    ):
        return None
    return found


def with_roles(role: str | None) -> list[Person]:
    """Everybody who may do more than buy (or who has this `role`), by address."""
    wanted = select(PersonRole.person_id).where(PersonRole.role == role if role else true())
    statement = select(Person).where(Person.id.in_(wanted)).order_by(Person.email)
    return list(db.session.scalars(statement.options(selectinload(Person.role_rows))))


def live_sign_ins(person: Person, *, now: datetime) -> list[SignIn]:
    """Where this person is signed in, the latest seen first."""
    statement = select(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    found = db.session.scalars(statement.order_by(SignIn.seen_at.desc(), SignIn.id.desc()))
    roles = person.roles
    return [
        sign_in
        for sign_in in found
        if not is_over(began_at=sign_in.began_at, seen_at=sign_in.seen_at, roles=roles, now=now)
    ]
