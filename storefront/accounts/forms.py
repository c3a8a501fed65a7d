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


@dataclass(frozen=True, slots=True)
class DetailsForm:
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class MoveForm:
    """`current` is the password of today, here and below."""

    email: str
    current: str


@dataclass(frozen=True, slots=True)
class ChangeOfPasswordForm:
    current: str
    password: str


@dataclass(frozen=True, slots=True)
class SecondFactorForm:
    code: str
    current: str


def read_sign_in(fields: Mapping[str, str]) -> SignInForm:
    """Raises `FormInvalid` for what is left empty; whether anything fits is not asked here."""
    errors = {}
    if not fields.get("email", "").strip():
        errors["email"] = _("Please give your mail address.")
    if not fields.get("password"):
        errors["password"] = _("Please give your password.")
    _raise(errors)
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
    _raise(errors)
    return SignUpForm(email=email, name=name, password=password)


def address(typed: str) -> str:
    """One spelling for an address, however it was typed; what is none stays as it is, and belongs to nobody."""
    typed = typed.replace("\0", "").strip()[: LONGEST_EMAIL + 1]
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


def checked_password(fields: Mapping[str, str], email: str, errors: dict[str, str]) -> str:
    """A password to choose; or a sentence in `errors`."""
    typed = fields.get("password", "")
    password = normalized(typed[: LONGEST_PASSWORD + 1])
    if len(password) < SHORTEST_PASSWORD:
        errors["password"] = _(
            "Please take at least %(least)s characters: a few words in a row are easy to keep in mind.",
            least=SHORTEST_PASSWORD,
        )
    elif len(typed) > LONGEST_PASSWORD:
        errors["password"] = _(
            "That is a novel. Please take at most %(most)s characters.", most=LONGEST_PASSWORD
        )
    elif is_guessable(password, email=email, common=common_passwords()):
        errors["password"] = _("Guessers try this one first. Please take another.")
    return password


def bounded(password: str) -> str:
    """A password to check, cut where none that was chosen can go on: hashing a megabyte would be work for us."""
    return password[: LONGEST_PASSWORD + 1]


def read_code(fields: Mapping[str, str]) -> str:
    """The digits of a mailed code, of an app's, or of a recovery code, however grouped. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    code = _code(fields, errors)
    _raise(errors)
    return code


def read_new_password(fields: Mapping[str, str], email: str) -> tuple[str, str]:
    """(the mailed code, the password chosen). Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    code = _code(fields, errors)
    password = checked_password(fields, email, errors)
    _raise(errors)
    return code, password


def read_details(fields: Mapping[str, str]) -> DetailsForm:
    """Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    name, language = checked_name(fields, errors), fields.get("language", "")
    if language not in LANGUAGES:
        errors["language"] = _("Please choose one of the languages.")
    _raise(errors)
    return DetailsForm(name=name, language=language)


def read_current(fields: Mapping[str, str]) -> str:
    """The password of today. Raises `FormInvalid` when it is left out."""
    errors: dict[str, str] = {}
    current = _current(fields, errors)
    _raise(errors)
    return current


def read_move(fields: Mapping[str, str]) -> MoveForm:
    """Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    email, current = checked_address(fields, errors), _current(fields, errors)
    _raise(errors)
    return MoveForm(email=email, current=current)


def read_change_of_password(fields: Mapping[str, str], email: str) -> ChangeOfPasswordForm:
    """Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    current, password = _current(fields, errors), checked_password(fields, email, errors)
    _raise(errors)
    return ChangeOfPasswordForm(current=current, password=password)


def read_second_factor(fields: Mapping[str, str]) -> SecondFactorForm:
    """Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    code, current = _code(fields, errors), _current(fields, errors)
    _raise(errors)
    return SecondFactorForm(code=code, current=current)


def _code(fields: Mapping[str, str], errors: dict[str, str]) -> str:
    digits = re.sub(r"[\s.-]", "", fields.get("code", ""))
    if not re.fullmatch(r"[0-9]{6,12}", digits):
        errors["code"] = _("Please type the code: it has digits only.")
    return digits


def _current(fields: Mapping[str, str], errors: dict[str, str]) -> str:
    if not fields.get("current"):
        errors["current"] = _("Please give the password that you have now.")
    return bounded(fields.get("current", ""))


def _raise(errors: dict[str, str]) -> None:
    if errors:
        raise FormInvalid(errors)
