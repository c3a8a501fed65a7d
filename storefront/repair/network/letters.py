"""Mails to repairers: the link to their own page, and what became of their standing."""

from datetime import datetime

from flask import render_template
from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from ...config import current_settings
from ...core.links import address_of
from ...core.mail import Letter, enqueue
from . import links
from .models import Repairer
from .rules import REFUSE, RENEW, RESTORE, SUSPEND, VERIFY


def prove(repairer: Repairer, *, now: datetime) -> None:
    """To whoever applied: the link that proves the mailbox, and where prices are said."""
    with force_locale(repairer.language):
        sentences = [
            _("Welcome! %(name)s wants to be among our repairers.", name=repairer.name),
            _(
                "Open your page to prove that this mailbox is yours, and say there what repairs cost with you."
            ),
            _("Then a person looks at everything, and writes to you. The link counts for 7 days:"),
        ]
        _send_link(repairer, _("One more step to join our repairers"), sentences, now=now)


def own_page(repairer: Repairer, *, now: datetime) -> None:
    """To a repairer that asked for it, or applied again."""
    with force_locale(repairer.language):
        sentences = [
            _("Somebody, most likely you, asked for the page of %(name)s.", name=repairer.name),
            _("Hours, prices and ways can be changed there. The link is yours alone, and counts for 7 days:"),
        ]
        _send_link(repairer, _("The link to your page"), sentences, now=now)


def moved(repairer: Repairer, move: str, reason: str, *, now: datetime) -> None:
    """What an operator did about its standing, to the repairer alone."""
    if not repairer.email:
        return
    with force_locale(repairer.language):
        subject, sentences = _news(repairer, move)
        if reason:
            sentences.append(_("The reason: %(reason)s", reason=reason))
        if move in (REFUSE, SUSPEND):
            sentences.append(_("You see it otherwise? Write to us, at the address below: a person reads it."))
        link = address_of("repair.yours", repairer.language)
        _send(repairer, subject, sentences, link, f"repairer-{repairer.id}-{repairer.version}", now=now)


def _news(repairer: Repairer, move: str) -> tuple[str, list[str]]:
    name = repairer.name
    until = format_date(repairer.verified_until, "long") if repairer.verified_until else ""
    return {
        VERIFY: (
            _("%(name)s is verified", name=name),
            [
                _(
                    "We have looked at everything, and %(name)s is shown to our customers from now on.",
                    name=name,
                ),
                _("It counts until %(day)s; we write in time to renew it.", day=until),
            ],
        ),
        RENEW: (
            _("%(name)s is verified for another year", name=name),
            [_("Thank you! %(name)s stays with our repairers until %(day)s.", name=name, day=until)],
        ),
        REFUSE: (
            _("%(name)s can't join our repairers", name=name),
            [_("We have looked at your application, and can't take it as it is.")],
        ),
        SUSPEND: (
            _("%(name)s is suspended", name=name),
            [
                _(
                    "From now on %(name)s is not shown to our customers. What you have taken on goes on; cases that "
                    "wait for your answer go back to their customers.",
                    name=name,
                )
            ],
        ),
        RESTORE: (
            _("%(name)s is back", name=name),
            [_("%(name)s is no longer suspended, and is shown to our customers again.", name=name)],
        ),
    }[move]


def ends_soon(repairer: Repairer, *, now: datetime) -> None:
    """A month before its verification lapses: once for each end."""
    with force_locale(repairer.language):
        until = format_date(repairer.verified_until, "long")
        sentences = [
            _("The verification of %(name)s counts until %(day)s.", name=repairer.name, day=until),
            _(
                "To renew it, send us this year's proof of insurance, at the address below, and see whether your "
                "hours and prices still hold."
            ),
        ]
        reason = f"repairer-ends-{repairer.id}-{repairer.verified_until}"
        subject = _("Your verification ends on %(day)s", day=until)
        _send(repairer, subject, sentences, address_of("repair.yours", repairer.language), reason, now=now)


def _send_link(repairer: Repairer, subject: str, sentences: list[str], *, now: datetime) -> None:
    reason = f"repairer-link-{repairer.id}-{now.timestamp():.6f}"
    _send(repairer, subject, sentences, links.link_of(repairer), reason, now=now)


def _send(
    repairer: Repairer, subject: str, sentences: list[str], link: str, reason: str, *, now: datetime
) -> None:
    values = {
        "language": repairer.language,
        "subject": subject,
        "sentences": sentences,
        "code": "",
        "link": link,
    }
    letter = Letter(
        recipient=repairer.email,
        subject=_("%(shop)s: %(subject)s", shop=current_settings().shop.name, subject=subject),
        text=render_template("mail/account.txt", **values).strip() + "\n",
        html=render_template("mail/account.html", **values),
    )
    enqueue(letter, reason=reason, now=now)
