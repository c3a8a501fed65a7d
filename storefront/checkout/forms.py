"""The checkout form: what was typed, as an order needs it, or a sentence for each field that can't be taken."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from ..core.errors import FormInvalid
from ..orders.labels import country_name
from .payments import PaymentMethod
from .rules import EXAMPLES, postcode
from .shipping import ShippingChoice

# Room in the database's columns.
LENGTHS = {
    "email": 254,
    "name": 120,
    "phone": 40,
    "street": 200,
    "street_more": 200,
    "postcode": 20,
    "city": 120,
}
OPTIONAL = ("phone", "street_more")
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_PHONE = re.compile(r"\+?[0-9 ()./-]+")
# Characters that turn the direction of what follows: nothing that a name or an address needs, and a way to disguise.
_TURNERS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# They have no width, and yet some scripts need them within a word (Persian, Hindi).
_JOINERS = "\u200c\u200d"
_SPACE = " " + _JOINERS
# Letters by name that nobody sees: Hangul's fillers.
_FILLERS = set("\u115f\u1160\u3164\uffa0")


@dataclass(frozen=True, slots=True)
class CheckoutForm:
    """A complete form. `shipping` is the method by seller id; `seen` and `shown_total` tell what the page showed."""

    email: str
    name: str
    phone: str
    street: str
    street_more: str
    postcode: str
    city: str
    country: str
    shipping: Mapping[int, str]
    payment: str
    key: str
    seen: str
    shown_total: int


@dataclass(frozen=True, slots=True)
class Possible:
    """What can be chosen: countries, the ways of each parcel by seller id, and payment methods."""

    countries: tuple[str, ...]
    shipping: Mapping[int, tuple[ShippingChoice, ...]]
    payments: tuple[PaymentMethod, ...]

    def ways(self, seller_id: int) -> list[str]:
        return [way.code for way in self.shipping[seller_id]]


def read_key(fields: Mapping[str, str]) -> str | None:
    """The key that was made with the page; none when the field is missing or was tampered with."""
    key = fields.get("key", "")
    return key if _KEY.fullmatch(key) else None


def read_shipping(fields: Mapping[str, str], possible: Possible) -> dict[int, str]:
    """The chosen method of each parcel; the ordinary one where nothing that can be had was chosen."""
    chosen = {}
    for seller_id in possible.shipping:
        asked, ways = fields.get(f"shipping-{seller_id}", ""), possible.ways(seller_id)
        chosen[seller_id] = asked if asked in ways else ways[0]
    return chosen


def read_checkout(fields: Mapping[str, str], possible: Possible) -> CheckoutForm:
    """Raises `FormInvalid` with a sentence by field."""
    errors: dict[str, str] = {}
    values = {name: _text(name, fields, errors) for name in LENGTHS}
    country = fields.get("country", "")
    if country not in possible.countries:
        errors["country"] = _("We don't deliver to that country yet. Please choose one of the list.")
    else:
        _check_postcode(values, country, errors)
    _check_email(values, errors)
    if values["phone"] and "phone" not in errors and not _is_phone(values["phone"]):
        errors["phone"] = _(
            "A phone number has digits and spaces, like +33 6 12 34 56 78. Or leave it empty."
        )
    for seller_id in possible.shipping:
        if fields.get(f"shipping-{seller_id}") not in possible.ways(seller_id):
            errors[f"shipping-{seller_id}"] = _("Please choose how this parcel travels.")
    _check_payment(fields, possible, errors)
    key = read_key(fields)
    if key is None:
        errors["key"] = _("This page was open for too long. Please check it and send it once more.")
    if errors or key is None:
        raise FormInvalid(_as_on_the_page(errors))
    shown_total = fields.get("total", "")
    return CheckoutForm(
        **values,
        country=country,
        shipping=read_shipping(fields, possible),
        payment=fields["payment"],
        key=key,
        seen=fields.get("seen", ""),
        shown_total=int(shown_total) if re.fullmatch(r"[0-9]{1,15}", shown_total) else 0,
    )


def _as_on_the_page(errors: Mapping[str, str]) -> dict[str, str]:
    """The list of what is wrong follows the fields from top to bottom."""
    fields = ["email", "name", "phone", "street", "street_more", "postcode", "city", "country"]
    return {name: errors[name] for name in [*fields, *errors] if name in errors}


def _text(name: str, fields: Mapping[str, str], errors: dict[str, str]) -> str:
    """One line of text, in the one spelling that Unicode has for it (NFC), without doubled spaces, nor the characters
    without width that come along when text is copied.
    """
    typed_in = unicodedata.normalize("NFC", fields.get(name, "").strip())
    value = "".join(c for c in typed_in if unicodedata.category(c) != "Cf" or c in _JOINERS).strip(_SPACE)
    if any(unicodedata.category(c) in ("Cc", "Cs") or c in _TURNERS for c in typed_in):
        errors[name] = _("This holds characters that can't be printed. Please type it again.")
    elif len(value) > LENGTHS[name]:
        errors[name] = _("Please shorten this: it has room for %(most)s characters.", most=LENGTHS[name])
    elif name not in OPTIONAL and not any(_is_seen(c) for c in value):
        errors[name] = _missing(name)
    return " ".join(value.split())


def _is_seen(character: str) -> bool:
    """Whether it is a letter or a digit, and one that leaves ink on a parcel's label."""
    return unicodedata.category(character)[0] in "LN" and character not in _FILLERS


def _missing(name: str) -> str:
    return {
        "email": _("Please give a mail address: your order's link goes there."),
        "name": _("Please give your name, as it stands on your letterbox."),
        "street": _("Please give a street and number."),
        "postcode": _("Please give a postcode."),
        "city": _("Please give a town."),
    }[name]


def _check_payment(fields: Mapping[str, str], possible: Possible, errors: dict[str, str]) -> None:
    method = next((method for method in possible.payments if method.code == fields.get("payment")), None)
    if method is None:
        errors["payment"] = _("Please choose how you pay.")
    elif not method.fits(read_shipping(fields, possible).values()):
        errors["payment"] = _(
            "This works when everything is picked up. Choose pickup for each parcel, or pay otherwise."
        )


def _check_email(values: dict[str, str], errors: dict[str, str]) -> None:
    if "email" in errors:
        return
    try:
        values["email"] = validate_email(
            values["email"], check_deliverability=False, allow_smtputf8=False
        ).normalized
    except EmailNotValidError:
        errors["email"] = _("This is no mail address that we can write to. It looks like name@example.com.")


def _check_postcode(values: dict[str, str], country: str, errors: dict[str, str]) -> None:
    if "postcode" in errors:
        return
    found = postcode(values["postcode"], country)
    if found is not None:
        values["postcode"] = found
        return
    sentence = _("That is no postcode in %(country)s.", country=country_name(country))
    if country in EXAMPLES:
        sentence += " " + _("One there looks like %(example)s.", example=EXAMPLES[country])
    errors["postcode"] = sentence


def _is_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(text)) and 6 <= sum(character.isdigit() for character in text) <= 15


def typed(fields: Mapping[str, str]) -> dict[str, str]:
    """What was typed, to be shown again; what no page can show is left out."""
    return {
        name: "".join(c for c in value if unicodedata.category(c) not in ("Cc", "Cs"))
        for name, value in fields.items()
    }
