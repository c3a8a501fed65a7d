"""Serial numbers as people type them. An IMEI is 15 digits, of which the last is worked out of the others (Luhn)."""

import unicodedata

from stdnum import luhn

SHORTEST, LONGEST = 4, 40
_IMEI_DIGITS = 15


def read_serial(text: str) -> str:
    """Capitals and digits, without what people put between them: `35-209900-176148-1` is `352099001761481`.

    Raises `ValueError` for anything else, and for less than 4 or more than 40 characters.
    """
    plain = unicodedata.normalize("NFKC", text[:200]).upper()
    serial = "".join(sign for sign in plain if not (sign.isspace() or sign in "-–./:_"))
    if not (serial.isascii() and serial.isalnum() and SHORTEST <= len(serial) <= LONGEST):
        raise ValueError("not a serial number")
    return serial


def is_doubtful_imei(serial: str) -> bool:
    """Whether it looks like an IMEI whose last digit doesn't fit: mostly, two digits were swapped, or one mistyped."""
    return len(serial) == _IMEI_DIGITS and serial.isdecimal() and not bool(luhn.is_valid(serial))
