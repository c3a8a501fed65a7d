"""Mails that did not get through, and another try for them."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select, update

from .database import db
from .errors import Refused
from .mail import OutgoingMail


class MailRefused(Refused):
    """Why a mail is not sent again."""


def given_up() -> ColumnElement[bool]:
    """The condition on `OutgoingMail` for those that nobody will try again unless told to."""
    return and_(OutgoingMail.sent_at.is_(None), OutgoingMail.next_try_at.is_(None))


def waiting() -> ColumnElement[bool]:
    """The condition on `OutgoingMail` for those that are still to be sent, at once or at the next try."""
    return and_(OutgoingMail.sent_at.is_(None), OutgoingMail.next_try_at.is_not(None))


def is_blank() -> ColumnElement[bool]:
    """The condition on `OutgoingMail` for those whose secret is gone."""
    return and_(OutgoingMail.text == "", OutgoingMail.writer == "")


def try_again(*, mail_id: int, now: datetime) -> None:
    """Let a mail that was given up be tried as a fresh one.

    Raises `MailRefused` for any other, and for one whose code or link has ended: it says nothing any more.
    """
    if db.session.scalar(select(OutgoingMail.id).where(OutgoingMail.id == mail_id, is_blank())) is not None:
        raise MailRefused(_("The code or link of this mail has ended. Whoever needs one asks for a new one."))
    statement = (
        update(OutgoingMail)
        .where(OutgoingMail.id == mail_id, given_up())
        .values(next_try_at=now, tries=0)
        .returning(OutgoingMail.id)
    )
    if db.session.scalar(statement) is None:
        raise MailRefused(_("This mail is on its way already, or has arrived."))
