"""Mails about a referral: to its customer in the language of the referral, to its repairer in the repairer's.

Each goes into the outbox as facts, and is written when it is sent, with that side's link; what it said is gone from the
outbox as soon as it went out (`core.mail.SECRET`). A subject names the device and nobody.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from ...config import current_settings
from ...core.links import address_of
from ...core.mail import Letter, enqueue
from . import news as news_
from . import queries
from .models import Referral
from .rules import CUSTOMER, GUARANTEE
from .tokens import keep_link, token_of

# What the outbox knows `write` by.
WRITER = "referrals"


def reason_of(referral: Referral) -> str:
    """How the reasons of all mails about it begin."""
    return f"referral-{referral.id}-"


def tell(referral: Referral, side: str, news: str, *, now: datetime, note: str = "", at: str = "") -> None:
    """Mail `news` to a side; nobody is written to who has no mail address."""
    recipient, language = _reader(referral, side)
    if not recipient:
        return
    keep_link(referral, side)
    with force_locale(language):
        subject = news_.subject(referral, side, news)
        letter = Letter(
            recipient=recipient,
            subject=_("%(shop)s: %(subject)s", shop=current_settings().shop.name, subject=subject),
            writer=WRITER,
            facts={
                "referral": referral.id, "side": side, "news": news, "state": referral.state,
                "language": language, "subject": subject, "note": note, "at": at,
            },
        )  # fmt: skip
    enqueue(letter, reason=f"{reason_of(referral)}{referral.version}-{side}-{news}", now=now)


def _reader(referral: Referral, side: str) -> tuple[str, str]:
    """The mail address and the language of a side."""
    if side == CUSTOMER:
        return referral.email, referral.language
    if referral.kind == GUARANTEE:
        return (referral.seller.email if referral.seller else ""), current_settings().shop.language
    return (referral.repairer.email, referral.repairer.language) if referral.repairer else ("", "")


def write(facts: Mapping[str, Any]) -> tuple[str, str]:
    """Text and HTML of a mail that was enqueued here. Two SQL statements, and some ten more where the next
    repairer is named.
    """
    referral, side, language = queries.by_id(facts["referral"]), facts["side"], facts["language"]
    with force_locale(language):
        endpoint = "repair.referral" if side == CUSTOMER else "repair.referral_for"
        values = {
            "language": language,
            "subject": facts["subject"],
            "sentences": news_.sentences(referral, side, facts),
            "link": address_of(endpoint, language, token=token_of(referral.nonce, side)),
        }
        return (
            render_template("mail/account.txt", **values).strip() + "\n",
            render_template("mail/account.html", **values),
        )
