"""Codes through a mailbox: eight digits that count only in the browser that asked for them.

Somebody who asks for a code in another's name gets nothing by having that person type it elsewhere, and guesses against
a row of their own.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import CursorResult, delete, select, update

from ..core.database import db
from ..core.errors import FormInvalid
from .errors import CodeGone
from .models import MailedCode, Person
from .queries import hashed
from .rules import CODE_LASTS, CODE_TRIES
from .tries import keyed

# Rows are kept a while after they are of no use, and say nothing that the outbox does not.
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A code on its way: `key` is for the browser, `code` for the mail, `number` tells one mail from another."""

    key: str
    code: str
    number: int


def ask(
    *,
    purpose: str,
    email: str,
    person: Person | None = None,
    works: bool = True,
    name: str = "",
    password_hash: str = "",
    now: datetime,
) -> Asked:
    """Make a code. One that does not work leaves the same row and the same page, for a mail that says why."""
    key = secrets.token_urlsafe(24)
    code = f"{secrets.randbelow(10**8):08d}"
    row = MailedCode(
        key_hash=hashed(key),
        purpose=purpose,
        email=email,
        person_id=person.id if person else None,
        code_hash=keyed("code", key, code) if works else "",
        name=name,
        password_hash=password_hash,
        made_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return Asked(key=key, code=code, number=row.id)


def count_try(*, key: str, now: datetime) -> None:
    """Count a try before it is looked at. Raises `CodeGone` when there can be no more."""
    counted = db.session.execute(
        update(MailedCode)
        .where(
            MailedCode.key_hash == hashed(key),
            MailedCode.used_at.is_(None),
            MailedCode.made_at > now - CODE_LASTS,
            MailedCode.tries < CODE_TRIES,
        )
        .values(tries=MailedCode.tries + 1)
    )
    if not isinstance(counted, CursorResult) or counted.rowcount != 1:
        raise CodeGone(_("This code can't be used any more. Please ask for a new one."))


def redeem(*, purpose: str, key: str, code: str, now: datetime) -> MailedCode:
    """The row that this code proves, used up from here on.

    Raises `FormInvalid` when it is not the code that was mailed, `CodeGone` when it is not needed any more.
    """
    row = db.session.scalars(
        select(MailedCode)
        .where(MailedCode.key_hash == hashed(key), MailedCode.purpose == purpose)
        .with_for_update()
    ).one_or_none()
    if row is None or row.used_at is not None:
        raise CodeGone(_("This code can't be used any more. Please ask for a new one."))
    if not secrets.compare_digest(row.code_hash, keyed("code", key, code)):
        raise FormInvalid({"code": _("This isn't the code of our last mail. Please look again.")})
    row.used_at = now
    return row


def purge(*, now: datetime) -> None:
    """Delete the codes of yesterday."""
    db.session.execute(delete(MailedCode).where(MailedCode.made_at < now - _KEPT))
