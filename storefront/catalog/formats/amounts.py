"""Prices as people and programs write them: `1 299,00 €`, `1,299.00`, `EUR 1299`, `CHF 1'299.-`."""

import re

from flask_babel import gettext as _

_SIGNS = {"€": ("EUR",), "£": ("GBP",), "$": ("USD", "CAD", "AUD"), "zł": ("PLN",), "kč": ("CZK",)}
_CURRENCY = re.compile(r"[A-Za-z]{3}|€|£|\$|zł|kč", re.IGNORECASE)
_SPACES = str.maketrans(
    "", "", " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'\N{RIGHT SINGLE QUOTATION MARK}\t"
)
_GROUPED = {
    ",": re.compile(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d{1,4})?"),
    ".": re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+(,\d{1,4})?"),
}
_THREE_DIGITS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}")
_PLAIN = re.compile(r"-?\d+([.,]\d+)?")


class Unclear(ValueError):
    """An amount that may mean two things; the message says so."""


def plain_amount(text: str) -> tuple[str, tuple[str, ...]]:
    """The amount with a point before its decimals, and the currencies that its sign or code may mean (none: not said).

    `1.299` may be one euro and a bit or over a thousand: `Unclear`. What is no amount at all comes back as it is, for
    the check of the native column to refuse.
    """
    said = _CURRENCY.findall(text)
    number = _CURRENCY.sub("", text).translate(_SPACES).removesuffix(".-").removesuffix(",-")
    currencies = _SIGNS.get(said[0].lower(), (said[0].upper(),)) if len(said) == 1 else ()
    if len(said) > 1 or not number:
        return text, ()
    if _THREE_DIGITS.fullmatch(number):
        digits = re.sub(r"[.,]", "", number)
        raise Unclear(
            _("is %(text)s: is that %(digits)s? Write %(digits)s.00", text=repr(text[:40]), digits=digits)
        )
    for sign, grouped in _GROUPED.items():
        if grouped.fullmatch(number):
            return number.replace(sign, "").replace(",", "."), currencies
    return (number.replace(",", "."), currencies) if _PLAIN.fullmatch(number) else (text, ())
