"""Orders that were placed without an account, or with another mailbox: a link mailed there brings them in."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from ..accounts.models import Person
from ..config import current_settings
from ..core.links import address_of
from ..core.mail import Letter, enqueue
from ..orders.models import ShopOrder

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


def send(order: ShopOrder, person: Person, *, now: datetime) -> None:
    """Mail the link to where the order's mails went, in the order's language."""
    with force_locale(order.language):
        subject = _("Add order %(number)s to an account", number=order.number)
        sentences = [
            _(
                "Somebody, most likely you, wants to keep this order in the account of %(email)s.",
                email=person.email,
            ),
            _("Was it you? Then open this link within two days. If not, there is nothing to do."),
        ]
        values = {
            "language": order.language,
            "subject": subject,
            "sentences": sentences,
            "link": address_of(
                "personal.claimed", order.language, token=token_of(Claim(order.id, person.id))
            ),
        }
        letter = Letter(
            recipient=order.email,
            subject=_("%(shop)s: %(subject)s", shop=current_settings().shop.name, subject=subject),
            text=render_template("mail/account.txt", **values).strip() + "\n",
            html=render_template("mail/account.html", **values),
        )
    enqueue(letter, reason=f"claim-{order.id}-{person.id}-{now.timestamp():.0f}", now=now)
