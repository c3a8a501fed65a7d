"""Mails about a quote: to its firm in the quote's language, to the shop's operator in the shop's.

Each goes into the outbox as facts, and is written when it is sent, with the firm's link; what it said is gone from the
outbox as soon as it went out (`core.mail.SECRET`).
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
from .models import Quote
from .tokens import token_of

# What the outbox knows `write` by.
WRITER = "quotes"


def reason_of(quote: Quote) -> str:
    """How the reasons of all mails about it begin."""
    return f"quote-{quote.id}-"


def tell(quote: Quote, news: str, *, now: datetime) -> None:
    """Mail `news` (a key of `news.READERS`) to whom it concerns, within the transaction of what happened."""
    for side in news_.READERS[news]:
        recipient, language = _reader(quote, side)
        if not recipient:
            continue
        with force_locale(language):
            subject = news_.subject(quote, side, news)
            letter = Letter(
                recipient=recipient,
                subject=_("%(shop)s: %(subject)s", shop=current_settings().shop.name, subject=subject),
                writer=WRITER,
                facts={
                    "number": quote.number, "side": side, "news": news, "language": language, "subject": subject,
                },
            )  # fmt: skip
        told = f"{quote.version}-{len(quote.messages)}-{side}-{news}"
        enqueue(letter, reason=f"{reason_of(quote)}{told}", now=now)


def _reader(quote: Quote, side: str) -> tuple[str, str]:
    """The mail address and the language of a side."""
    if side == news_.FIRM:
        return quote.email, quote.language
    settings = current_settings()
    return settings.contact.email, settings.shop.language


def write(facts: Mapping[str, Any]) -> tuple[str, str]:
    """Text and HTML of a mail that was enqueued here."""
    quote, side, language = queries.by_number(facts["number"]), facts["side"], facts["language"]
    with force_locale(language):
        values = {
            "language": language,
            "subject": facts["subject"],
            "sentences": news_.sentences(quote, side, facts["news"]),
            "link": address_of("fleet.quote", language, token=token_of(quote.nonce))
            if side == news_.FIRM
            else address_of("desk.quotes.show", language, number=quote.number),
        }
        return (
            render_template("mail/account.txt", **values).strip() + "\n",
            render_template("mail/account.html", **values),
        )
