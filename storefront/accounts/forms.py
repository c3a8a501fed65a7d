"""The forms of accounts, as people fill them in."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from ..config import LANGUAGES
from ..core.errors import FormInvalid
from .passwords import common_passwords, normalized
from .rules import LONGEST_PASSWORD, SHORTEST_PASSWORD, is_guessable, own_page

LONGEST_NAME, LONGEST_EMAIL = 120, 254


@dataclass(frozen=True, slots=True)
class SignInForm:
    """Who somebody says to be. `next` is a page of ours, or empty."""

    email: str
    password: str
    next: str


@dataclass(frozen=True, slots=True)
class SignUpForm:
    email: str
    name: str
    password: str


def read_sign_in(fields: Mapping[str, str]) -> SignInForm:
    """Raises `FormInvalid` for what is left empty; whether anything fits is not asked here."""
    errors = {}
    if not fields.get("email", "").strip():
        errors["email"] = _("Please give your mail address.")
    if not fields.get("password"):
        errors["password"] = _("Please give your password.")
    if errors:
        raise FormInvalid(errors)
    return SignInForm(
        email=address(fields.get("email", "")),
        password=bounded(fields["password"]),
        next=own_page(fields.get("next", "")) or "",
    )


def read_sign_up(fields: Mapping[str, str]) -> SignUpForm:
    """Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    email = checked_address(fields, errors)
    name = checked_name(fields, errors)
    password = checked_password(fields, email, errors)
    if errors:
        raise FormInvalid(errors)
    return SignUpForm(email=email, name=name, password=password)


def address(typed: str) -> str:
    """One spelling for an address, however it was typed; what is none stays as it is, and belongs to nobody."""
    typed = typed.strip()[: LONGEST_EMAIL + 1]
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return typed.lower()
    return str(found.ascii_email).lower()


def checked_address(fields: Mapping[str, str], errors: dict[str, str]) -> str:
    """The address, in small letters; or a sentence in `errors`."""
    typed = fields.get("email", "").strip()
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        errors["email"] = (
            _("This is no mail address that we can write to. It looks like name@example.com.")
            if typed
            else _("Please give your mail address.")
        )
        return ""
    return str(found.ascii_email).lower()


def checked_name(fields: Mapping[str, str], errors: dict[str, str]) -> str:
    name = " ".join(unicodedata.normalize("NFC", fields.get("name", "")).split())
    if len(name) > LONGEST_NAME:
        errors["name"] = _("Please shorten this: it has room for %(most)s characters.", most=LONGEST_NAME)
    elif any(unicodedata.category(character) in ("Cc", "Cs", "Cf") for character in name):
        errors["name"] = _("This holds characters that can't be printed. Please type it again.")
    return name


def checked_password(
    fields: Mapping[str, str], email: str, errors: dict[str, str], name: str = "password"
) -> str:
    """A password to choose; or a sentence in `errors`."""
    typed = fields.get(name, "")
    password = normalized(typed[: LONGEST_PASSWORD + 1])
    if len(password) < SHORTEST_PASSWORD:
        errors[name] = _(
            "Please take at least %(least)s characters: a few words in a row are easy to keep in mind.",
            least=SHORTEST_PASSWORD,
        )
    elif len(typed) > LONGEST_PASSWORD:
        errors[name] = _("That is a novel. Please take at most %(most)s characters.", most=LONGEST_PASSWORD)
    elif is_guessable(password, email=email, common=common_passwords()):
        errors[name] = _("Guessers try this one first. Please take another.")
    return password


def bounded(password: str) -> str:
    """A password to check, cut where none that was chosen can go on: hashing a megabyte would be work for us."""
    return password[: LONGEST_PASSWORD + 1]


def read_code(fields: Mapping[str, str]) -> str:
    """The digits of a mailed code or of an app's, however they were grouped. Raises `FormInvalid`."""
    digits = re.sub(r"[\s.-]", "", fields.get("code", ""))
    if not re.fullmatch(r"[0-9]{6,8}", digits):
        raise FormInvalid({"code": _("Please type the code, digits only.")})
    return digits


def read_language(fields: Mapping[str, str]) -> str:
    language = fields.get("language", "")
    if language not in LANGUAGES:
        raise FormInvalid({"language": _("Please choose one of the languages.")})
    return language
