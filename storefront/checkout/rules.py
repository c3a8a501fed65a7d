"""The pure part of the checkout: how a postcode looks, and how it is written."""

import re

# How postcodes look by country, without their spaces and dashes (Unicode CLDR 26 postalCodeData; UPU addressing
# sheets), and where a space or dash goes when they are written. A country that isn't here takes 2 to 10 characters.
_POSTCODES: dict[str, tuple[str, str]] = {
    "AT": (r"\d{4}", ""),
    "BE": (r"[1-9]\d{3}", ""),
    "BG": (r"\d{4}", ""),
    "CH": (r"[1-9]\d{3}", ""),
    "CY": (r"\d{4}", ""),
    "CZ": (r"\d{5}", "3 "),
    "DE": (r"\d{5}", ""),
    "DK": (r"\d{4}", ""),
    "EE": (r"\d{5}", ""),
    "ES": (r"(?:0[1-9]|[1-4]\d|5[0-2])\d{3}", ""),
    "FI": (r"\d{5}", ""),
    "FR": (r"(?:0[1-9]|[1-8]\d|9[0-8])\d{3}", ""),
    "GB": (r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", "-3 "),
    "GR": (r"\d{5}", "3 "),
    "HR": (r"\d{5}", ""),
    "HU": (r"\d{4}", ""),
    "IE": (r"[A-Z]\d[\dW][A-Z\d]{4}", "3 "),
    "IT": (r"\d{5}", ""),
    "LT": (r"\d{5}", ""),
    "LU": (r"\d{4}", ""),
    "LV": (r"\d{4}", ""),
    "MC": (r"980\d{2}", ""),
    "MT": (r"[A-Z]{3}\d{2,4}", "3 "),
    "NL": (r"[1-9]\d{3}[A-Z]{2}", "4 "),
    "PL": (r"\d{5}", "2-"),
    "PT": (r"\d{7}", "4-"),
    "RO": (r"\d{6}", ""),
    "SE": (r"\d{5}", "3 "),
    "SI": (r"\d{4}", ""),
    "SK": (r"\d{5}", "3 "),
}
# The signs that people used to put in front of a postcode, where it isn't the country's code.
_SIGNS = {"AT": "A", "BE": "B", "DE": "D", "ES": "E", "FR": "F", "IT": "I", "LU": "L"}
# What a person recognises as right, for the sentence beside a wrong one.
EXAMPLES = {
    "AT": "1010", "BE": "1000", "CH": "3003", "DE": "10115", "ES": "28013", "FR": "44000", "GB": "SW1A 1AA",
    "IE": "D02 AF30", "IT": "00184", "LU": "1009", "NL": "1012 JS", "PL": "00-950", "PT": "1000-205",
}  # fmt: skip


def postcode(text: str, country: str) -> str | None:
    """The postcode as it is written in `country`; none when it can't be one.

    `1012js` in NL is `1012 JS`, `F-44000` in FR is `44000`, `4400` in FR is none.
    """
    plain = re.sub(r"[\s.-]", "", text.upper())
    # The old habit of putting the country's sign in front.
    sign = _SIGNS.get(country, country)
    if plain.startswith(sign) and plain[len(sign) :].isdecimal():
        plain = plain.removeprefix(sign)
    pattern, gap = _POSTCODES.get(country, (r"[A-Z\d]{2,10}", ""))
    if not re.fullmatch(pattern, plain, re.ASCII):
        return None
    if not gap:
        return plain
    place = int(gap[:-1])
    return plain[:place] + gap[-1] + plain[place:]
