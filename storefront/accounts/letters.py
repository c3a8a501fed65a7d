"""Mails about accounts, in the reader's language. None of them holds a link that lets anybody in."""

from datetime import datetime

from flask import render_template
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from ..config import current_settings
from ..core.links import address_of
from ..core.mail import Letter, enqueue
from .codes import Asked
from .models import Person


def sign_up(email: str, language: str, asked: Asked, *, now: datetime) -> None:
    with force_locale(language):
        _code(
            email,
            language,
            _("Your code to open an account"),
            _("Welcome! Type this code on the page where you signed up, and the account is yours."),
            asked,
            now,
        )


def new_password(person: Person, asked: Asked, *, now: datetime) -> None:
    with force_locale(person.language):
        _code(
            person.email,
            person.language,
            _("Your code for a new password"),
            _("Type this code on the page where you asked for it, and choose a new password there."),
            asked,
            now,
        )


def new_mail(person: Person, email: str, asked: Asked, *, now: datetime) -> None:
    with force_locale(person.language):
        _code(
            email,
            person.language,
            _("Your code for the new mail address"),
            _("Type this code on the page where you changed your mail address."),
            asked,
            now,
        )


def has_account(person: Person, asked: Asked, *, now: datetime) -> None:
    """The answer to a sign-up with an address that has an account: told to its owner alone."""
    with force_locale(person.language):
        sentences = [
            _(
                "Somebody, most likely you, wanted to open an account with this address. There is one already."
            ),
            _("Sign in with your password, or choose a new one if you forgot it:"),
        ]
        subject = _("You have an account already")
        _send(person.email, person.language, subject, sentences, _of(asked), now, link="accounts.forgotten")


def has_no_account(email: str, language: str, asked: Asked, *, now: datetime) -> None:
    """The answer to a forgotten password where there is none to forget: people have more than one address."""
    with force_locale(language):
        sentences = [
            _("Somebody, most likely you, asked for a new password. There is no account with this address."),
            _("Perhaps you used another one? Or open an account here:"),
        ]
        subject = _("No account with this address")
        _send(email, language, subject, sentences, _of(asked), now, link="accounts.sign_up")


def mail_is_taken(person: Person, asked: Asked, *, now: datetime) -> None:
    """To the owner of an address that another account wanted to move to."""
    with force_locale(person.language):
        sentences = [
            _("Somebody, most likely you, wanted to move another account to this address."),
            _("That can't be done while this address has an account of its own. Sign in there to close it:"),
        ]
        subject = _("This mail address has an account already")
        _send(person.email, person.language, subject, sentences, _of(asked), now, link="accounts.sign_in")


def password_changed(person: Person, *, now: datetime) -> None:
    with force_locale(person.language):
        news = _("Your password was changed, and all other browsers are signed out.")
        _changed(person, person.email, "password", news, now)


def mail_changed(person: Person, old: str, *, now: datetime) -> None:
    """To the old address: whoever took the account over would not tell, and gets the mails about a new password."""
    with force_locale(person.language):
        sentences = [
            _("Your account belongs to another mail address from now on."),
            _("If it wasn't you, write to us or call at once: we give it back to you."),
        ]
        _tell(person, old, "mail", sentences, now, link="info.contact")


def second_factor_changed(person: Person, *, now: datetime) -> None:
    with force_locale(person.language):
        news = (
            _("From now on, signing in asks for a code of your phone as well.")
            if person.has_second_factor
            else _("Signing in doesn't ask for a code of your phone any more.")
        )
        _changed(person, person.email, "second-factor", news, now)


def roles_changed(person: Person, *, now: datetime) -> None:
    with force_locale(person.language):
        _changed(
            person, person.email, "roles", _("What you may do in the shop was changed by its people."), now
        )


def recovery_code_used(person: Person, left: int, *, now: datetime) -> None:
    with force_locale(person.language):
        news = ngettext(
            "A recovery code was used to sign in. %(num)d is left.",
            "A recovery code was used to sign in. %(num)d are left.",
            left,
        )
        _changed(person, person.email, f"recovery-{left}", news, now)


def _changed(person: Person, email: str, what: str, news: str, now: datetime) -> None:
    """Tell the owner what has just been changed, and what to do if it was somebody else."""
    sentences = [news, _("If it wasn't you, choose a new password at once, and write to us:")]
    _tell(person, email, what, sentences, now, link="accounts.forgotten")


def _tell(person: Person, email: str, what: str, sentences: list[str], now: datetime, *, link: str) -> None:
    reason = f"account-{what}-{person.id}-{now.timestamp():.6f}"
    subject = _("Your account was changed")
    _send(email, person.language, subject, sentences, reason, now, link=link)


def _code(email: str, language: str, subject: str, sentence: str, asked: Asked, now: datetime) -> None:
    _send(email, language, subject, [sentence], _of(asked), now, code=f"{asked.code[:4]} {asked.code[4:]}")


def _of(asked: Asked) -> str:
    return f"account-code-{asked.number}"


def _send(
    email: str,
    language: str,
    subject: str,
    sentences: list[str],
    reason: str,
    now: datetime,
    *,
    code: str = "",
    link: str = "",
) -> None:
    values = {
        "language": language,
        "subject": subject,
        "sentences": sentences,
        "code": code,
        "link": address_of(link, language) if link else "",
    }
    letter = Letter(
        recipient=email,
        subject=_("%(shop)s: %(subject)s", shop=current_settings().shop.name, subject=subject),
        text=render_template("mail/account.txt", **values).strip() + "\n",
        html=render_template("mail/account.html", **values),
    )
    enqueue(letter, reason=reason, now=now)
