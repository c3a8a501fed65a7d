"""The numbers that firms are registered by, checked by their form: whether the firm exists, a register tells."""

import re
from dataclasses import dataclass
from importlib import import_module

from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret
from stdnum.util import get_cc_module

from .folding import folded

# Where a firm's VAT number is what it is known by: modules of python-stdnum.
_VAT = {
    "AT": "stdnum.at.uid",
    "BE": "stdnum.be.vat",
    "CH": "stdnum.ch.uid",
    "DE": "stdnum.de.vat",
    "DK": "stdnum.dk.cvr",
    "ES": "stdnum.es.nif",
    "FI": "stdnum.fi.alv",
    "IE": "stdnum.ie.vat",
    "IT": "stdnum.it.iva",
    "LU": "stdnum.lu.tva",
    "NL": "stdnum.nl.btw",
    "PL": "stdnum.pl.nip",
    "PT": "stdnum.pt.nif",
    "SE": "stdnum.se.vat",
}
_FRENCH_DIGITS = {9: siren, 14: siret}
_SIREN, _SIRET = _FRENCH_DIGITS


def read_register_number(text: str, country: str) -> str:
    """The number in its plain spelling, digits and letters only. Raises `ValueError` when its form is wrong.

    A SIREN or SIRET in France; elsewhere the firm's VAT number, or any number in countries that we know no form of.
    """
    plain = re.sub(r"[\s.\-/]", "", text).upper()
    if not (plain.isascii() and plain.isalnum() and 4 <= len(plain) <= 40):
        raise ValueError("not a number of a register")
    if country == "FR":
        module = _FRENCH_DIGITS.get(len(plain))
        if module is None:
            raise ValueError("neither 9 digits nor 14")
    elif country in _VAT:
        # One of a dozen modules, and only where somebody of that country comes.
        module = import_module(_VAT[country])
    else:
        return plain
    try:
        return str(module.validate(plain))
    except ValidationError as error:
        raise ValueError(str(error)) from error


# Countries whose VAT numbers begin otherwise than with their own code.
_VAT_PREFIXES = {"GR": "EL", "MC": "FR", "CH": "CHE", "IM": "GB"}
_VAT_OF = {"MC": "FR", "IM": "GB"}


def read_vat_id(text: str, country: str) -> str:
    """A VAT number of `country` in its plain spelling, its prefix before it: `FR40303265045`.

    Raises `ValueError` when its form is wrong or it is another country's; where we know no form, any number will do.
    """
    plain = re.sub(r"[\s.\-/]", "", text).upper()
    if not (plain.isascii() and plain.isalnum() and 4 <= len(plain) <= 20):
        raise ValueError("not a VAT number")
    module = get_cc_module(_VAT_OF.get(country, country), "vat")
    if module is None:
        return plain
    prefix = _VAT_PREFIXES.get(country, country)
    try:
        number = str(module.validate(plain))
    except ValidationError as error:
        raise ValueError(str(error)) from error
    return number if number.startswith(prefix) else prefix + number


def same_firm(register_number: str, vat_id: str) -> bool:
    """Whether a SIREN or SIRET and a French VAT number, both read, are of one firm: its last nine digits are the SIREN.

    Those of Monaco hold none.
    """
    return vat_id[4:7] == "000" or vat_id[4:] == register_number[:9]


def firm_of(number: str, country: str) -> str:
    """The firm's part of a number in its plain spelling: in France the SIREN, which a SIRET begins with."""
    return number[:_SIREN] if country == "FR" else number


@dataclass(frozen=True, slots=True)
class Establishment:
    """What tells one place of a firm from its others."""

    register_number: str
    country: str
    postcode: str
    street: str


def is_same_place(one: Establishment, other: Establishment) -> bool:
    """Whether both are one establishment of a firm, and not two branches of a chain: by the same SIRET, or by the same
    firm, postcode and street.
    """
    if one.country != other.country or not one.register_number:
        return False
    if (
        one.register_number == other.register_number
        and len(one.register_number) == _SIRET
        and one.country == "FR"
    ):
        return True
    street = _street(one.street)
    return (
        firm_of(one.register_number, one.country) == firm_of(other.register_number, other.country)
        and one.postcode == other.postcode
        and bool(street)
        and street == _street(other.street)
    )


def _street(text: str) -> str:
    """One spelling: "3, rue Crébillon" and "3 RUE CREBILLON" are one."""
    return " ".join(re.findall(r"\w+", folded(text)))
