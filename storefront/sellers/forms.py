"""What operators say of a seller, and what its own people may say."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from ..core.errors import FormInvalid
from .rules import MOVES, SLUG

# Names of the fields, with how much room the table has.
IDENTITY = {
    "name": 120,
    "legal_name": 200,
    "address": 200,
    "postcode": 20,
    "city": 120,
    "region": 120,
    "register_number": 40,
}
ABOUT = ("about_en", "about_fr")
LONGEST_ABOUT, LONGEST_REASON = 5_000, 1_000
MOST_HANDLING_DAYS, MOST_GUARANTEE_MONTHS = 60, 120
_MAY_BE_EMPTY = ("region",)


@dataclass(frozen=True, slots=True)
class DetailsForm:
    """What a seller's own people may change."""

    about_en: str
    about_fr: str
    phone: str
    email: str
    handling_days: int


@dataclass(frozen=True, slots=True)
class SellerForm(DetailsForm):
    """All that is said of a seller: the identity that DSA art. 30 asks for, too."""

    name: str
    legal_name: str
    address: str
    postcode: str
    city: str
    region: str
    country: str
    register_number: str
    vat_id: str
    guarantee_months: int


# What makes a form of the fields that were sent.
Reader = Callable[[Mapping[str, str]], DetailsForm]


@dataclass(frozen=True, slots=True)
class NewSellerForm:
    """`slug` is the short name that it gets for ever."""

    slug: str
    seller: SellerForm


@dataclass(frozen=True, slots=True)
class StandingForm:
    move: str
    reason: str


def read_new(fields: Mapping[str, str]) -> NewSellerForm:
    """A new seller; what is wrong is told at once. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    slug = fields.get("slug", "").strip().lower()
    if len(slug) > 80 or not SLUG.fullmatch(slug):
        errors["slug"] = _(
            "Please take letters from a to z and digits, with hyphens between: atelier-nantes."
        )
    form = _seller(fields, errors)
    _raise(errors)
    return NewSellerForm(slug, form)


def read_seller(fields: Mapping[str, str]) -> SellerForm:
    """Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    form = _seller(fields, errors)
    _raise(errors)
    return form


def _seller(fields: Mapping[str, str], errors: dict[str, str]) -> SellerForm:
    texts: dict[str, Any] = {name: _line(fields, name, longest, errors) for name, longest in IDENTITY.items()}
    country = fields.get("country", "").strip().upper()
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        errors["country"] = _("Please give the two letters of the country: FR, BE, ...")
    return SellerForm(
        **_details(fields, errors),
        **texts,
        country=country,
        vat_id=_vat_id(fields, errors),
        guarantee_months=_whole(fields, "guarantee_months", MOST_GUARANTEE_MONTHS, errors),
    )


def read_details(fields: Mapping[str, str]) -> DetailsForm:
    """Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    form = DetailsForm(**_details(fields, errors))
    _raise(errors)
    return form


def read_standing(fields: Mapping[str, str]) -> StandingForm:
    """Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    move = fields.get("move", "")
    if move not in MOVES:
        errors["move"] = _("Please say what to do.")
    reason = _text(fields.get("reason", ""))
    if not reason:
        errors["reason"] = _("Please give the reason: the seller reads it.")
    elif len(reason) > LONGEST_REASON:
        errors["reason"] = _too_long(LONGEST_REASON)
    _raise(errors)
    return StandingForm(move, reason)


def read_email(fields: Mapping[str, str]) -> str:
    """The address of somebody to invite, in small letters. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    email = _email(fields, errors)
    _raise(errors)
    return email.lower()


def _details(fields: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    about = {name: _text(fields.get(name, "")) for name in ABOUT}
    for name, text in about.items():
        if len(text) > LONGEST_ABOUT:
            errors[name] = _too_long(LONGEST_ABOUT)
    return {
        **about,
        "phone": _line(fields, "phone", 40, errors),
        "email": _email(fields, errors),
        "handling_days": _whole(fields, "handling_days", MOST_HANDLING_DAYS, errors),
    }


def _line(fields: Mapping[str, str], name: str, longest: int, errors: dict[str, str]) -> str:
    text = " ".join(_text(fields.get(name, "")).split())
    if not text and name not in _MAY_BE_EMPTY:
        errors[name] = _("Please fill this in: buyers must be able to read it.")
    elif len(text) > longest:
        errors[name] = _too_long(longest)
    return text


def _text(typed: str) -> str:
    """As it is kept: one kind of line's end, and nothing that can't be printed."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def _email(fields: Mapping[str, str], errors: dict[str, str]) -> str:
    try:
        found = validate_email(
            fields.get("email", "").strip(), check_deliverability=False, allow_smtputf8=False
        )
    except EmailNotValidError:
        errors["email"] = _("This is no mail address that we can write to. It looks like name@example.com.")
        return ""
    return str(found.ascii_email)


def _vat_id(fields: Mapping[str, str], errors: dict[str, str]) -> str:
    """Small firms may have none (Directive 2006/112/EC art. 284)."""
    typed = fields.get("vat_id", "").strip()
    if not typed:
        return ""
    try:
        return str(vat.validate(typed))
    except ValidationError:
        errors["vat_id"] = _(
            "This VAT number can't be right: its check digits don't fit. It looks like FR40303265045."
        )
        return ""


def _whole(fields: Mapping[str, str], name: str, most: int, errors: dict[str, str]) -> int:
    typed = fields.get(name, "").strip()
    if typed.isascii() and typed.isdecimal() and len(typed) < 4 and int(typed) <= most:
        return int(typed)
    errors[name] = _("Please give a whole number from 0 to %(most)s.", most=most)
    return 0


def _too_long(most: int) -> str:
    return _("Please shorten this: it has room for %(most)s characters.", most=most)


def _raise(errors: dict[str, str]) -> None:
    if errors:
        raise FormInvalid(errors)
