"""Orders that were placed without an account, or with another mailbox: a link mailed there brings them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from ..accounts.models import Person
from ..config import current_settings
from ..core.links import address_of
from ..core.mail import Letter, discard_unsent, enqueue
from ..orders.belonging import Claimable

WRITER = "claims"
# An order that nobody has, and its mailbox, which nothing is ever sent to.
_NONE = Claimable(id=0, number="", email="", language="en")
# Seconds that a link counts for: somebody may read that mailbox on another machine.
LASTS = 48 * 3_600


@dataclass(frozen=True, slots=True)
class Claim:
    """A person's wish to have an order in the account, proved by the mailbox that the order was placed with."""

    order_id: int
    person_id: int


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="claim-order")


def token_of(claim: Claim) -> str:
    """What the mailed link carries; nobody without the shop's key can make one."""
    return str(_signer().dumps([claim.order_id, claim.person_id]))


def read(token: str) -> Claim | None:
    """The claim of a mailed link; none when it is not ours, or too old."""
    try:
        order_id, person_id = _signer().loads(token[:500], max_age=LASTS)
    except (BadData, ValueError, TypeError):
        return None
    return Claim(order_id, person_id)


def send(order: Claimable | None, person: Person, *, now: datetime) -> None:
    """Mail the link to where the order's mails went, in the order's language.

    With no order, the same is done and taken back: how long the answer takes tells as little as what it says.
    """
    to = order or _NONE
    with force_locale(to.language):
        subject = _("Add order %(number)s to an account", number=to.number)
        letter = Letter(
            recipient=to.email,
            subject=_("%(shop)s: %(subject)s", shop=current_settings().shop.name, subject=subject),
            writer=WRITER,
            facts={
                "order": to.id, "person": person.id, "email": person.email,
                "language": to.language, "subject": subject,
            },
        )  # fmt: skip
    enqueue(letter, reason=f"claim-{to.id}-{person.id}-{now.timestamp():.0f}", now=now)
    discard_unsent([_NONE.email])


def write(facts: Mapping[str, Any]) -> tuple[str, str]:
    """Text and HTML of a mail that was enqueued here: written when it goes out. No SQL statement."""
    language = facts["language"]
    with force_locale(language):
        sentences = [
            _(
                "Somebody, most likely you, wants to keep this order in the account of %(email)s.",
                email=facts["email"],
            ),
            _("Was it you? Then open this link within two days. If not, there is nothing to do."),
        ]
        token = token_of(Claim(facts["order"], facts["person"]))
        values = {
            "language": language,
            "subject": facts["subject"],
            "sentences": sentences,
            "link": address_of("personal.claimed", language, token=token),
        }
        return (
            render_template("mail/account.txt", **values).strip() + "\n",
            render_template("mail/account.html", **values),
        )
