"""The forms of both sides, as people fill them in."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from ...accounts.forms import checked_address, checked_name
from ...catalog.forms import clean
from ...config import current_settings
from ...core.errors import FormInvalid
from ...core.money import Money
from ...core.phones import check_phone
from ...core.typed import whole_number
from .rules import MEET_WITHIN, NO_SHOW, NOT_REPAIRABLE, REPAIRED

LONGEST_WORDS, LONGEST_TIMES, LONGEST_REASON, LONGEST_OPINION = 1_000, 200, 300, 500
# How a repairer says that it ended, once the device was there (or never came).
ENDS = (REPAIRED, NOT_REPAIRABLE, NO_SHOW)
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Contact:
    """Who asks, how to be reached, and what it is about in their own words."""

    name: str
    email: str
    phone: str
    way: str
    times: str
    words: str
    key: str


def read_key(fields: Mapping[str, str]) -> str | None:
    """The key that was made with the page; none when the field is missing or was tampered with."""
    key = fields.get("key", "")
    return key if _KEY.fullmatch(key) else None


def read_contact(fields: Mapping[str, str], ways: Collection[str]) -> Contact:
    """Raises `FormInvalid`, without the consent too."""
    errors: dict[str, str] = {}
    name = checked_name(fields, errors)
    if not name and "name" not in errors:
        errors["name"] = _("Please give a name that the repairer may call you by.")
    email = checked_address(fields, errors)
    phone = clean(fields.get("phone", ""))
    check_phone(phone, errors)
    way = fields.get("way", "")
    if way not in ways:
        errors["way"] = _("Please choose how the device gets there.")
    times = _line("times", fields, errors, LONGEST_TIMES)
    words = _text("words", fields, errors, LONGEST_WORDS)
    if not words and "words" not in errors:
        errors["words"] = _("Please say in a few words what is wrong.")
    if fields.get("consent") != "yes":
        errors["consent"] = _("Please tick this: without your consent we pass nothing on.")
    key = read_key(fields)
    if key is None:
        errors["key"] = _("This page was open for too long. Please check it and send it once more.")
    if errors or key is None:
        raise FormInvalid(errors)
    return Contact(name=name, email=email, phone=phone, way=way, times=times, words=words, key=key)


def _line(name: str, fields: Mapping[str, str], errors: dict[str, str], longest: int) -> str:
    text = clean(fields.get(name, ""))
    if len(text) > longest:
        errors[name] = _("Please shorten this: it has room for %(most)s characters.", most=longest)
    return text


def _text(name: str, fields: Mapping[str, str], errors: dict[str, str], longest: int) -> str:
    """Some lines of text; what can't be printed is left out."""
    typed = unicodedata.normalize("NFC", fields.get(name, "")[:20_000])
    lines = ("".join(sign for sign in line if sign.isprintable()) for line in typed.splitlines())
    text = "\n".join(line.strip() for line in lines).strip()
    if len(text) > longest:
        errors[name] = _("Please shorten this: it has room for %(most)s characters.", most=longest)
    return text


def read_seen(fields: Mapping[str, str]) -> int:
    """The version of the referral that the page showed; 0, which is none's, for anything else."""
    return whole_number(fields.get("seen", "")) or 0


def read_reason(fields: Mapping[str, str]) -> dict[str, str]:
    """Why the repairer says no: the customer reads it. Raises `FormInvalid` without one."""
    errors: dict[str, str] = {}
    note = _line("reason", fields, errors, LONGEST_REASON)
    if errors or not note:
        raise FormInvalid({"reason": _("Please say why in a few words: the customer reads it.")})
    return {"note": note}


def read_meeting(fields: Mapping[str, str], *, now: datetime) -> dict[str, object]:
    """A day and a time by the shop's clock. Raises `FormInvalid` for none, one that is over, and one far away."""
    errors: dict[str, str] = {}
    note = _line("meeting_note", fields, errors, LONGEST_REASON)
    at = now
    try:
        typed = f"{fields.get('day', '').strip()}T{fields.get('time', '').strip()}"
        at = datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(current_settings().shop.time_zone))
        if not now < at.astimezone(UTC) <= now + MEET_WITHIN:
            raise ValueError("not a time to meet at")
    except (ValueError, OverflowError):
        errors["day"] = _(
            "Please give a day and a time within the next %(days)s days, such as 2026-12-01 and 14:30.",
            days=MEET_WITHIN.days,
        )
    if errors:
        raise FormInvalid(errors)
    return {"at": at.astimezone(UTC), "note": note}


def read_quote(fields: Mapping[str, str]) -> dict[str, object]:
    """A price with parts and VAT, in the shop's currency. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    note = _line("quote_note", fields, errors, LONGEST_REASON)
    currency = current_settings().shop.currency
    price = Money(0, currency)
    try:
        price = Money.parse(fields.get("price", ""), currency)
    except ValueError:
        errors["price"] = _("Please write an amount such as 79.90.")
    if "price" not in errors and not 0 < price.minor <= 1_000_000:
        errors["price"] = _("Please write an amount above 0, and not more than 10,000.")
    if errors:
        raise FormInvalid(errors)
    return {"price": price, "note": note}


def read_end(fields: Mapping[str, str]) -> dict[str, str]:
    """How it ended, and a few words about it or none. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    end = fields.get("end", "")
    if end not in ENDS:
        errors["end"] = _("Please say how it ended.")
    note = _line("end_note", fields, errors, LONGEST_REASON)
    if errors:
        raise FormInvalid(errors)
    return {"end": end, "note": note}


def read_rating(fields: Mapping[str, str]) -> dict[str, object]:
    """One to five stars, with a few words or none. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    words = _line("opinion", fields, errors, LONGEST_OPINION)
    stars = fields.get("stars", "")
    if stars not in ("1", "2", "3", "4", "5"):
        errors["stars"] = _("Please choose between one and five stars.")
    if errors:
        raise FormInvalid(errors)
    return {"stars": int(stars), "words": words}


def read_call_off(fields: Mapping[str, str]) -> dict[str, str]:
    """Why the shop ends it: it stays in the log. Raises `FormInvalid` without one."""
    errors: dict[str, str] = {}
    note = _line("reason", fields, errors, LONGEST_REASON)
    if errors or not note:
        raise FormInvalid({"reason": _("Please say why, in at most 300 characters.")})
    return {"note": note}
