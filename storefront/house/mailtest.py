"""A mail to try whether mails get through: by the outbox, as all others."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from ..config import current_settings
from ..config.checks import mailbox
from ..core import mail
from ..core.errors import FormInvalid


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a test mail ended. `state`: `sent` (the mail server took it), `filed` (there is no mail server: it became a
    file), `failed` (`detail` is what the server said), or `waiting` (another process has it in hand).
    """

    state: str
    detail: str = ""


def write_test(recipient: str, *, now: datetime) -> str:
    """Put a test mail into the outbox; returns its reason, for `try_test` after the commit. Raises `FormInvalid`."""
    try:
        recipient = mailbox(recipient)
    except ValueError as error:
        raise FormInvalid(
            {"recipient": _("Please give a mail address, such as hello@shop.example.")}
        ) from error
    shop = current_settings().shop.name
    letter = mail.Letter(
        recipient=recipient,
        subject=_("A test from %(shop)s", shop=shop),
        text=_("This is a test. It came through: mails from %(shop)s reach this mailbox.", shop=shop) + "\n",
    )
    reason = f"mail-test-{secrets.token_hex(8)}"
    mail.enqueue(letter, reason=reason, now=now)
    return reason


def try_test(reason: str) -> Outcome:
    """Send the test mail now, and tell how that ended. Not within a transaction: the mail server takes its time."""
    settings = current_settings()
    tried = mail.send_now(reason, settings)
    if tried is None:
        raise LookupError(reason)
    if tried.sent_at is not None:
        return Outcome("sent" if settings.mail.host else "filed")
    return Outcome("failed", tried.last_error) if tried.last_error else Outcome("waiting")
