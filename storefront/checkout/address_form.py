"""A postal address as it is typed: in the checkout, and in the account's list of addresses."""

import unicodedata
from collections.abc import Collection, Mapping

from flask_babel import gettext as _

from ..core.phones import LONGEST as LONGEST_PHONE
from ..core.phones import check_phone
from ..orders.labels import country_name
from .rules import EXAMPLES, postcode

# Room in the database's columns.
LENGTHS = {
    "name": 120,
    "phone": LONGEST_PHONE,
    "street": 200,
    "street_more": 200,
    "postcode": 20,
    "city": 120,
}
OPTIONAL = ("phone", "street_more")
# Characters that turn the direction of what follows: nothing that a name or an address needs, and a way to disguise.
_TURNERS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# They have no width, and yet some scripts need them within a word (Persian, Hindi).
_JOINERS = "\u200c\u200d"
_SPACE = " " + _JOINERS
# Letters by name that nobody sees: Hangul's fillers.
_FILLERS = set("\u115f\u1160\u3164\uffa0")


def read_address(
    fields: Mapping[str, str], countries: Collection[str], errors: dict[str, str]
) -> dict[str, str]:
    """The fields of an address, by name, as a parcel's label needs them; what can't be has a sentence in `errors`."""
    values = {name: one_line(name, fields, errors, longest) for name, longest in LENGTHS.items()}
    values["country"] = country = fields.get("country", "")
    if country not in countries:
        errors["country"] = _("We don't deliver to that country yet. Please choose one of the list.")
    else:
        _check_postcode(values, country, errors)
    check_phone(values["phone"], errors)
    return values


def one_line(name: str, fields: Mapping[str, str], errors: dict[str, str], longest: int) -> str:
    """One line of text, in the one spelling that Unicode has for it (NFC), without doubled spaces, nor the characters
    without width that come along when text is copied.
    """
    typed_in = unicodedata.normalize("NFC", fields.get(name, "").strip())
    value = "".join(c for c in typed_in if unicodedata.category(c) != "Cf" or c in _JOINERS).strip(_SPACE)
    if any(unicodedata.category(c) in ("Cc", "Cs") or c in _TURNERS for c in typed_in):
        errors[name] = _("This holds characters that can't be printed. Please type it again.")
    elif len(value) > longest:
        errors[name] = _("Please shorten this: it has room for %(most)s characters.", most=longest)
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


def typed(fields: Mapping[str, str]) -> dict[str, str]:
    """What was typed, to be shown again; what no page can show is left out."""
    return {
        name: "".join(c for c in value if unicodedata.category(c) not in ("Cc", "Cs"))
        for name, value in fields.items()
    }
