"""Mails, through an outbox: written in the transaction of what they tell, sent after it by whoever is next.

A mail may be enqueued as facts: it is written when it goes out, so that rendering it holds up no other writer.

With no SMTP server set, a mail becomes a file in `instance/mail/` and a line in the log.
"""

import json
import logging
import re
import smtplib
import ssl
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Index, Select, String, Text, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from ..config import Settings
from .clock import utcnow
from .database import Base, BigId, UtcDateTime, db, transaction

log = logging.getLogger(__name__)

# A process that claimed a mail and died leaves it to the next one after this long.
CLAIM = timedelta(minutes=5)
SMTPS = 465
# Waiting times after each failure, in minutes; after the last one the mail stays for the operator to see.
RETRY_MINUTES = (1, 5, 15, 60, 240, 720, 1440)
# Mails whose reason begins so hold a code or a link that lets their reader in: what it says is gone once it went out.
SECRET = ("account-code-", "claim-", "invitation-", "quote-", "referral-", "repairer-link-")
# One mailbox and nothing else: a comma or a line's end would add recipients or headers of the writer's choice.
_MAILBOX = re.compile(r"[^\s@<>,;:\"()\\\0]+@[^\s@<>,;:\"()\\\0]+")


class OutgoingMail(Base):
    """A mail to send once: `reason` says what it tells, so that telling it twice makes one mail."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index("ix_outgoing_mail_sent_at_next_try_at", "sent_at", "next_try_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    reason: Mapped[str] = mapped_column(String(160), unique=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    # Who writes it, from which facts (JSON); empty where text and HTML were there from the start.
    writer: Mapped[str] = mapped_column(String(20), default="")
    facts: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True, slots=True)
class Letter:
    """What to write to whom. `subject` is one line. With a `writer` (`write_by`), text and HTML are made of `facts`
    when it goes out.
    """

    recipient: str
    subject: str
    text: str = ""
    html: str = ""
    writer: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


# Makes text and HTML of the facts of a mail.
Writer = Callable[[Mapping[str, Any]], tuple[str, str]]


def write_by(app: Flask, name: str, writer: Writer) -> None:
    """Let `writer` write the mails that were enqueued for `name`."""
    app.extensions.setdefault("mail_writers", {})[name] = writer


def written(mail: OutgoingMail) -> tuple[str, str]:
    """Text and HTML of a mail, as it goes out now or went out."""
    if not mail.writer or mail.text:
        return mail.text, mail.html
    writer: Writer = current_app.extensions["mail_writers"][mail.writer]
    return writer(json.loads(mail.facts))


def enqueue(letter: Letter, *, reason: str, now: datetime) -> None:
    """Put a mail into the outbox, within the caller's transaction; the same `reason` again changes nothing."""
    mail = OutgoingMail(
        reason=reason,
        recipient=letter.recipient,
        subject=" ".join(letter.subject.split()),
        writer=letter.writer,
        facts=json.dumps(letter.facts) if letter.writer else "",
        text=letter.text,
        html=letter.html,
        created_at=now,
        next_try_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(mail)
    except IntegrityError:
        log.info("mail already written: %s", reason)


def discard_unsent(recipients: Collection[str]) -> None:
    """Take what waits for these addresses out of the outbox again, within the caller's transaction."""
    db.session.execute(
        delete(OutgoingMail).where(OutgoingMail.recipient.in_(recipients), OutgoingMail.sent_at.is_(None))
    )


def send_waiting(settings: Settings, *, limit: int = 100) -> int:
    """Send what waits, at most `limit` mails; returns how many went out. Called outside any transaction."""
    sent = 0
    for _ in range(limit if _anything_waits(utcnow()) else 0):
        mail = _claim(utcnow())
        if mail is None:
            break
        sent += _deliver(mail, settings)
    return sent


def send_now(reason: str, settings: Settings) -> OutgoingMail | None:
    """Send this one mail before all others and try it once only, unless another process has it in hand already.

    Returns it as it stands then. Called outside any transaction.
    """
    now = utcnow()
    mine = update(OutgoingMail).where(
        OutgoingMail.reason == reason, OutgoingMail.sent_at.is_(None), OutgoingMail.next_try_at <= now
    )
    with transaction():
        claim = mine.values(next_try_at=now + CLAIM).returning(OutgoingMail.id)
        number = db.session.scalar(claim.execution_options(synchronize_session=False))
    if number is not None:
        mail = db.session.get_one(OutgoingMail, number)
        db.session.expunge(mail)
        db.session.rollback()
        if not _deliver(mail, settings):
            with transaction():
                db.session.execute(
                    update(OutgoingMail).where(OutgoingMail.id == number).values(next_try_at=None)
                )
    found = db.session.scalar(select(OutgoingMail).where(OutgoingMail.reason == reason))
    if found is not None:
        db.session.expunge(found)
    db.session.rollback()
    return found


def _waiting(now: datetime) -> Select[int]:
    due = select(OutgoingMail.id).where(OutgoingMail.sent_at.is_(None), OutgoingMail.next_try_at <= now)
    return due.order_by(OutgoingMail.id).limit(1)


def _anything_waits(now: datetime) -> bool:
    """Looked at without the lock that a claim takes: mostly, nothing does."""
    waits = db.session.scalar(_waiting(now)) is not None
    db.session.rollback()
    return waits


def _claim(now: datetime) -> OutgoingMail | None:
    """Take the next waiting mail for this process: the claim is committed before anything is sent."""
    with transaction():
        number = db.session.scalar(_waiting(now).with_for_update(skip_locked=True))
        if number is None:
            return None
        db.session.execute(
            update(OutgoingMail).where(OutgoingMail.id == number).values(next_try_at=now + CLAIM)
        )
    mail = db.session.get(OutgoingMail, number)
    if mail is not None:
        db.session.expunge(mail)
    db.session.rollback()
    return mail


def _deliver(mail: OutgoingMail, settings: Settings) -> bool:
    try:
        mail.text, mail.html = written(mail)
        db.session.rollback()
        message = as_message(mail, settings)
        if settings.mail.host:
            _by_smtp(message, settings)
        else:
            _into_folder(message, mail.id, folder(settings))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        _mark_failed(mail, error)
        return False
    if mail.reason.startswith(SECRET):
        mail.text = mail.html = mail.facts = mail.writer = ""
    told = {"text": mail.text, "html": mail.html, "facts": mail.facts, "writer": mail.writer}
    with transaction():
        db.session.execute(
            update(OutgoingMail)
            .where(OutgoingMail.id == mail.id)
            .values(sent_at=utcnow(), next_try_at=None, last_error="", **told)
        )
    return True


def _mark_failed(mail: OutgoingMail, error: Exception) -> None:
    log.warning("mail %s to be sent again: %s", mail.id, error)
    wait = RETRY_MINUTES[mail.tries] if mail.tries < len(RETRY_MINUTES) else None
    with transaction():
        db.session.execute(
            update(OutgoingMail)
            .where(OutgoingMail.id == mail.id)
            .values(
                tries=mail.tries + 1,
                last_error=str(error)[:1000],
                next_try_at=utcnow() + timedelta(minutes=wait) if wait else None,
            )
        )


def as_message(mail: OutgoingMail, settings: Settings) -> EmailMessage:
    """The mail as it goes out. Its Message-ID is its own for ever, so a mailbox can tell a repetition.

    Raises `ValueError` for a recipient that is no mailbox.
    """
    if not _MAILBOX.fullmatch(mail.recipient):
        raise ValueError(f"not a mail address: {mail.recipient!r}")
    message = EmailMessage()
    message["From"] = Address(settings.shop.name, addr_spec=settings.mail.sender)
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Date"] = formatdate(mail.created_at.timestamp())
    message["Message-ID"] = (
        f"<rebelote-{mail.id}-{mail.created_at.timestamp():.0f}@{settings.mail.sender.rpartition('@')[2]}>"
    )
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def _by_smtp(message: EmailMessage, settings: Settings) -> None:
    # On port 465 servers speak TLS from the first byte; on the others they are asked to begin it.
    place, at_once = (settings.mail.host, settings.mail.port), settings.mail.port == SMTPS
    # Verifies the server's certificate: the password that follows is for that server alone.
    secure = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(*place, timeout=20, context=secure)
        if settings.mail.tls and at_once
        else smtplib.SMTP(*place, timeout=20)
    ) as server:
        if settings.mail.tls and not at_once:
            server.starttls(context=secure)
        if settings.mail.user:
            server.login(settings.mail.user, settings.mail.password)
        server.send_message(message)


def folder(settings: Settings) -> Path:
    """Where mails go while no SMTP server is set."""
    return settings.instance / "mail"


def _into_folder(message: EmailMessage, number: int, into: Path) -> None:
    """One file a mail, named by its number: written twice, it is still one."""
    into.mkdir(parents=True, exist_ok=True)
    draft = into / f".{number:08d}.eml"
    draft.write_bytes(message.as_bytes())
    draft.replace(into / f"{number:08d}.eml")
    log.info("mail %s for %s: %s", number, message["To"], into / f"{number:08d}.eml")
