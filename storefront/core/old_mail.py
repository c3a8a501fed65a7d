"""What becomes of mails once they went out, or were given up: kept for a while without their secrets, then gone."""

import re
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select, update

from ..config import current_settings
from .database import db
from .mail import SECRET, OutgoingMail, folder
from .undelivered import given_up

# How long a mail is kept: one that went out for who asks what became of it, one that was given up for another try.
KEPT = timedelta(days=30)
# How long codes and links of mails last, at most: that of an invitation. Then nobody needs a mail that was given up.
SECRETS_LAST = timedelta(days=7)
_FILE = re.compile(r"\.?([0-9]{8,})\.eml")


def purge(*, now: datetime) -> None:
    """Delete mails older than `KEPT`, what mails with secrets said once that is of no use, and the files of mails that
    are gone.
    """
    old = now - KEPT
    db.session.execute(
        delete(OutgoingMail).where(
            or_(OutgoingMail.sent_at < old, and_(given_up(), OutgoingMail.created_at < old))
        )
    )
    holds_secret = or_(*(OutgoingMail.reason.startswith(prefix, autoescape=True) for prefix in SECRET))
    useless = or_(
        OutgoingMail.sent_at.is_not(None), and_(given_up(), OutgoingMail.created_at < now - SECRETS_LAST)
    )
    db.session.execute(
        update(OutgoingMail)
        .where(useless, holds_secret, or_(OutgoingMail.text != "", OutgoingMail.facts != ""))
        .values(text="", html="", facts="", writer="")
    )
    _sweep()


def forget(email: str) -> None:
    """Delete what went out to this address (in small letters), or was given up; what waits still goes out.

    Its files go with the next `purge`.
    """
    done = or_(OutgoingMail.sent_at.is_not(None), given_up())
    db.session.execute(delete(OutgoingMail).where(func.lower(OutgoingMail.recipient) == email, done))


def _sweep() -> None:
    """Delete the files of mails that are not in the outbox any more."""
    named = ((_FILE.fullmatch(path.name), path) for path in folder(current_settings()).glob("*.eml"))
    files = {int(name[1]): path for name, path in named if name}
    there = set(db.session.scalars(select(OutgoingMail.id))) if files else set()
    for number, path in files.items():
        if number not in there:
            path.unlink(missing_ok=True)
