"""How a setting's value is read: each check gives the clean value, or raises `ValueError` with the reason."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import is_currency
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError

# In characters. The shop's name stands in every page, the subject of mails and the head of papers.
LONGEST_NAME, LONGEST_LINE = 80, 300
# RFC 5321, 4.5.3.1.3: 256 with its angle brackets.
_LONGEST_MAILBOX = 254
# A shorter key can be guessed by trying, and whoever has it can forge cookies.
SHORTEST_SECRET = 16


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text in quotes")
    return value.strip()


def name(value: Any) -> str:
    typed = text(value)
    if not typed or len(typed) > LONGEST_NAME or not typed.isprintable():
        raise ValueError(f"must be one line of text, not empty, of at most {LONGEST_NAME} characters")
    return typed


def line(value: Any) -> str:
    """One line, which may be empty. What was typed as several, as addresses are, is put behind one another."""
    rows = (" ".join(row.split()).rstrip(",") for row in text(value).splitlines())
    joined = ", ".join(filter(None, rows))
    if len(joined) > LONGEST_LINE or not joined.isprintable():
        raise ValueError(f"must be a text of at most {LONGEST_LINE} characters that can be printed")
    return joined


def matching(pattern: str, sentence: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        typed = text(value)
        if not re.fullmatch(pattern, typed):
            raise ValueError(sentence)
        return typed

    return check


def one_of(*choices: str) -> Callable[[Any], str]:
    return matching("|".join(map(re.escape, choices)), "must be one of " + ", ".join(choices))


def some_of(*choices: str) -> Callable[[Any], tuple[str, ...]]:
    def check(value: Any) -> tuple[str, ...]:
        items = [part.strip() for part in value.split(",")] if isinstance(value, str) else list(value)
        if not items or any(item not in choices for item in items):
            raise ValueError("must be a list of some of " + ", ".join(choices))
        return tuple(dict.fromkeys(items))

    return check


def whole(low: int, high: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if (
            isinstance(value, bool)
            or not re.fullmatch(r"-?\d{1,9}", str(value))
            or not low <= int(value) <= high
        ):
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return check


def amount(value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError('must be an amount such as "4.90"') from None
    if not amount.is_finite() or not 0 <= amount <= 1_000_000 or len(str(value)) > 20:
        raise ValueError("must be an amount from 0 to 1000000")
    return amount


def switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "yes", "1", "false", "no", "0"):
        return str(value).lower() in ("true", "yes", "1")
    raise ValueError("must be true or false")


def currency(value: Any) -> str:
    code = text(value)
    if not is_currency(code):
        raise ValueError('must be a three-letter currency code such as "EUR"')
    return code


def time_zone(value: Any) -> str:
    name = text(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError('must be a time zone such as "Europe/Paris"') from None
    return name


def database(value: Any) -> str:
    url = text(value)
    try:
        backend = make_url(url).get_backend_name() if url else "sqlite"
    except (ArgumentError, ValueError):
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        raise ValueError(
            'must be a database address such as "postgresql+psycopg://user:password@host/name", or empty'
        )
    return url


def iban(value: Any) -> str:
    """The account's number as people write it, in groups of four; empty stays empty."""
    typed = text(value)
    try:
        # Each country's list of banks is left aside: it ages faster than a shop does.
        return iban_number.format(iban_number.validate(typed, check_country=False)) if typed else ""
    except ValidationError:
        raise ValueError("must be an IBAN whose check digits are right") from None


def secret(value: Any) -> str:
    key = text(value)
    if key and len(key) < SHORTEST_SECRET:
        raise ValueError(f"must have {SHORTEST_SECRET} characters or more, or be empty")
    return key


COLOUR = matching("#[0-9a-f]{6}", 'must be a colour such as "#ff5c39", in small letters')
COUNTRY = matching("[A-Z]{2}", 'must be a two-letter country code such as "FR"')
URL = matching(r"https?://[^\s/]+", 'must be an address such as "https://shop.example", with no path')
_MAILBOX = matching(r"[^\s@<>]+@[^\s@<>]+", 'must be a mail address such as "hello@shop.example"')


def mailbox(value: Any) -> str:
    typed = _MAILBOX(value)
    if len(typed) > _LONGEST_MAILBOX or not typed.isprintable():
        raise ValueError(
            'must be a mail address such as "hello@shop.example", and no longer than they may be'
        )
    return typed


def countries(value: Any) -> tuple[str, ...]:
    if not value or not isinstance(value, str | list):
        raise ValueError('must be a list of country codes such as "FR,BE"')
    items = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    return tuple(dict.fromkeys(COUNTRY(item) for item in items))


def as_text(value: Any) -> str:
    """A clean value as the checks read it again: `FR,BE`, `true`, `4.90`."""
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
