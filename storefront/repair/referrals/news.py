"""What mails about a referral say, by what happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from ...core.clock import shop_day, utcnow
from . import labels
from .bonus import may_come_off
from .following import next_repairer
from .models import Referral
from .rules import CUSTOMER, GUARANTEE, REPAIRER, SENT


def subject(referral: Referral, side: str, news: str) -> str:
    """It names the device, and nobody."""
    device = referral.device
    if side == REPAIRER and news == "sent":
        return (
            _("A device to repair under guarantee: %(device)s", device=device)
            if referral.kind == GUARANTEE
            else _("A device to repair: %(device)s", device=device)
        )
    return {
        "sent": _("Your repair: %(device)s", device=device),
        "accepted": _("It is taken: %(device)s", device=device),
        "declined": _("Not this one: %(device)s", device=device),
        "proposed": _("A time for your repair: %(device)s", device=device),
        "quoted": _("A price for your repair: %(device)s", device=device),
        "agreed": _("The price is agreed: %(device)s", device=device),
        "quote_refused": _("The price was refused: %(device)s", device=device),
        "released": _("Not this one: %(device)s", device=device),
        "cancelled": _("Called off: %(device)s", device=device),
        "cancelled_agreed": _("Called off: %(device)s", device=device),
        "called_off": _("Called off: %(device)s", device=device),
        "repaired": _("It works again: %(device)s", device=device),
        "not_repairable": _("It could not be saved: %(device)s", device=device),
        "no_show": _("You didn't meet: %(device)s", device=device),
        "expired": _("No answer in time: %(device)s", device=device),
        "late": _("30 days are over: %(device)s", device=device),
        "remind": _("Still waiting for an answer: %(device)s", device=device),
    }[news]


def sentences(referral: Referral, side: str, facts: Mapping[str, Any]) -> list[str]:
    """The mail, a paragraph each."""
    told = _to_customer(referral, facts) if side == CUSTOMER else _to_repairer(referral, facts)
    said = told[facts["news"]]
    if facts["note"]:
        said.append(_("They write: “%(note)s”", note=facts["note"]))
    said.append(
        _(
            "All about it, and what you can do, is on this page. Keep its address to yourself: it needs no password."
        )
    )
    return said


def _to_customer(referral: Referral, facts: Mapping[str, Any]) -> dict[str, list[str]]:
    other, guaranteed = other_name(referral), referral.kind == GUARANTEE
    ours = _("It is under guarantee: we ask the seller to replace it or to pay you back.")
    after = ours if guaranteed else _whoever_is_next(referral, facts["news"])
    time = datetime.fromisoformat(facts["at"]) if facts["at"] else referral.created_at
    moment = current_app.jinja_env.filters["moment"](time)
    return {
        "sent": [
            _("%(other)s has your case now, and nobody else.", other=other),
            _(
                "They mostly say within two days whether they take it. Your name and number they see after their yes."
            ),
        ],
        "accepted": [_("%(other)s takes your device on.", other=other)],
        "declined": [_("%(other)s can't take it on this time.", other=other), after],
        "released": [
            _("%(other)s takes no cases of ours any more, and never learnt who you are.", other=other),
            after,
        ],
        "proposed": [_("%(other)s proposes to meet: %(time)s.", other=other, time=moment)],
        "quoted": _quoted(referral, other),
        "repaired": [
            _("%(other)s has repaired your device.", other=other),
            _("Was it done well? One to five stars help whoever comes next."),
        ],
        "not_repairable": [_("%(other)s could not repair your device.", other=other)] + [ours] * guaranteed,
        "no_show": [_("%(other)s notes that you, or your device, didn't come.", other=other)],
        "expired": [_("Too long without an answer: we stopped waiting."), after],
        "remind": [_("%(other)s gave you a price, and waits for your yes or no.", other=other)],
        "called_off": [_("The shop has called this repair off. The page says how things stand.")],
        "late": _late(referral, other),
    }


def _whoever_is_next(referral: Referral, news: str) -> str:
    """Looked up as the mail is written, and only for a case that may be handed on."""
    if news not in ("declined", "released", "expired"):
        return ""
    following = next_repairer(referral, today=shop_day(utcnow()))
    if following is None:
        return _("We know nobody else to name; on the page you can look for somebody yourself.")
    return _(
        "%(name)s could have a look: on the page, one press hands your case on.", name=following.repairer.name
    )


def _late(referral: Referral, other: str) -> list[str]:
    """What a customer may choose when the seller's 30 days are over (FR: L217-14 to L217-17)."""
    if referral.conform_by is None:
        return []
    until = current_app.jinja_env.filters["day"](referral.conform_by)
    return [
        _(
            "%(other)s had 30 days to repair or replace your device, until %(day)s. Nobody has told us that it is "
            "done.",
            other=other,
            day=until,
        ),
        _(
            "So you may choose now: keep it and ask for a part of the price back, or send it back and ask for all of "
            "it (%(law)s). Only for a minor fault, which the seller would have to show, is there no more than a part.",
            law=labels.law_of_choice(referral.country),
        ),
        _(
            "You may also go on waiting. If you choose, write to the seller: the address is on the page. Is it settled "
            "already? Then all is well, and this mail came too late."
        ),
    ]


def _quoted(referral: Referral, other: str) -> list[str]:
    if referral.quote is None:
        return []
    money = current_app.jinja_env.filters["money"]
    said = [_("%(other)s would repair it for %(money)s.", other=other, money=money(referral.quote))]
    if referral.bonus:
        left = money(referral.quote - referral.bonus)
        bonus = money(referral.bonus)
        said.append(_("The repair bonus pays %(bonus)s of that: you pay %(left)s.", bonus=bonus, left=left))
    may = may_come_off(referral.quote, referral, shop_day(utcnow()))
    if may:
        said.append(_("The price is before the repair bonus."))
        said.append(
            _(
                "It may take %(amount)s off (amount of %(year)d: ask the repairer).",
                amount=money(may.amount),
                year=may.year,
            )
        )
    return [*said, _("Say yes or no on the page. Without an answer within seven days, it is over.")]


def _to_repairer(referral: Referral, facts: Mapping[str, Any]) -> dict[str, list[str]]:
    town = referral.town or referral.country
    waits = _("Somebody waits to hear whether you can repair their device.")
    if facts["state"] != SENT:
        waits = _("The customer waits to hear from you: a price, a time, or how it ended.")
    return {
        "sent": [
            _(
                "Somebody in %(town)s would like you to repair this: %(device)s.",
                town=town,
                device=referral.device,
            ),
            _("Look at the page and say yes or no within seven days; no account is needed."),
        ],
        "agreed": [_("The customer agrees to your price. When it is done, say on the page how it ended.")],
        "quote_refused": [_("The customer refuses your price. There is nothing more to do.")],
        "cancelled_agreed": [
            _(
                "The customer calls the repair off, although its price was agreed. Please stop here, and order nothing "
                "more."
            ),
            _(
                "The customer has your address and gets in touch about the device, and about what was done or ordered "
                "until now."
            ),
        ],
        "cancelled": [_("The customer doesn't need it any more. There is nothing more to do.")],
        "expired": [_("This was quiet for too long, so we stopped waiting. There is nothing more to do.")],
        "remind": [waits],
        "late": [
            _(
                "30 days have passed since the customer asked, and that is all the time there is to repair or "
                "replace it. The customer may ask for a part of the price, or for all of it. Please write to them "
                "today."
            )
        ],
        "called_off": [_("The shop has called this repair off. There is nothing more to do.")],
    }


def other_name(referral: Referral) -> str:
    """What the side that repairs is called."""
    if referral.kind == GUARANTEE:
        return referral.seller.name if referral.seller else ""
    return referral.repairer.name if referral.repairer else ""
