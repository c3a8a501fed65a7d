"""Mails to sellers and their people: what became of their standing, and invitations to the desk."""

from datetime import datetime

from flask import render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from ..accounts.models import Person
from ..config import current_settings
from ..core.database import db
from ..core.links import address_of
from ..core.mail import Letter, enqueue
from .models import Seller, SellerMember
from .rules import CONFIRM, RESTORE, SUSPEND


def standing_changed(seller: Seller, move: str, reason: str, *, version: int, now: datetime) -> None:
    """To the seller in the shop's language, and to each of its people in theirs; one SQL statement more."""
    people = (
        select(Person.email, Person.language)
        .join(SellerMember, SellerMember.person_id == Person.id)
        .where(SellerMember.seller_id == seller.id, Person.closed_at.is_(None))
    )
    readers = {row.email: row.language for row in db.session.execute(people)}
    if seller.email:
        readers.setdefault(seller.email.lower(), current_settings().shop.language)
    for place, (email, language) in enumerate(sorted(readers.items())):
        with force_locale(language):
            subject, news = _news(seller, move)
            sentences = [*news, _("The reason: %(reason)s", reason=reason)]
            if move == SUSPEND:
                sentences.append(
                    _("You see it otherwise? Write to us, at the address below: a person reads it.")
                )
            link = address_of("desk.today.show", language)
            _send(email, language, subject, sentences, link, f"standing-{seller.id}-{version}-{place}", now)


def _news(seller: Seller, move: str) -> tuple[str, list[str]]:
    name = seller.name
    return {
        SUSPEND: (
            _("%(seller)s is suspended", seller=name),
            [
                _(
                    "We have suspended %(seller)s. From now on its offers are not shown and can't be bought.",
                    seller=name,
                ),
                _("Orders that were placed before go on: please send them as promised."),
            ],
        ),
        RESTORE: (
            _("%(seller)s is back", seller=name),
            [_("%(seller)s is no longer suspended. Its offers are on the shelves again.", seller=name)],
        ),
        CONFIRM: (
            _("The probation of %(seller)s is over", seller=name),
            [
                _(
                    "%(seller)s has a record of its own now, and is no newcomer any more. Thank you!",
                    seller=name,
                )
            ],
        ),
    }[move]


def invitation(seller: Seller, email: str, language: str, *, link: str, reason: str, now: datetime) -> None:
    """`link` is the full address that lets its reader in, once."""
    with force_locale(language):
        shop = current_settings().shop.name
        subject = _("Come and run %(seller)s with us", seller=seller.name)
        sentences = [
            _(
                "You are invited to act for %(seller)s at %(shop)s: its offers, its orders.",
                seller=seller.name,
                shop=shop,
            ),
            _("This link is yours alone. It counts for 7 days, and once:"),
        ]
        _send(email, language, subject, sentences, link, reason, now)


def taken_away(seller: Seller, person: Person, *, now: datetime) -> None:
    """To somebody who acts for the seller no more."""
    with force_locale(person.language):
        subject = _("You no longer act for %(seller)s", seller=seller.name)
        sentences = [
            _(
                "You were taken from the people of %(seller)s: its offers and orders are closed to you. "
                "Your own account stays as it is.",
                seller=seller.name,
            ),
            _("You see it otherwise? Ask your colleagues, or write to us:"),
        ]
        link = address_of("info.contact", person.language)
        reason = f"taken-away-{seller.id}-{person.id}-{now.timestamp():.6f}"
        _send(person.email, person.language, subject, sentences, link, reason, now)


def _send(
    email: str, language: str, subject: str, sentences: list[str], link: str, reason: str, now: datetime
) -> None:
    values = {"language": language, "subject": subject, "sentences": sentences, "code": "", "link": link}
    letter = Letter(
        recipient=email,
        subject=_("%(shop)s: %(subject)s", shop=current_settings().shop.name, subject=subject),
        text=render_template("mail/account.txt", **values).strip() + "\n",
        html=render_template("mail/account.html", **values),
    )
    enqueue(letter, reason=reason, now=now)
