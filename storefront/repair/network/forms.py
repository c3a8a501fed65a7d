"""What repairers say of themselves, and what operators say of them."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ...accounts.forms import checked_address
from ...checkout.address_form import read_address
from ...core.errors import FormInvalid
from ...core.phones import LONGEST as LONGEST_PHONE
from ...core.phones import check_phone
from ...core.registers import read_register_number
from ...core.typed import whole_number
from .price_form import PriceHint, read_prices
from .rules import CHECKED_MOVES, CHECKS, MOVES, REASONED_MOVES, REPAIRED_THINGS, WAYS

LONGEST_HOURS, LONGEST_REASON, LONGEST_WEBSITE = 600, 1_000, 500
# Languages that repairers may speak with customers, in the order that the form has them.
LANGUAGES = ("fr", "en", "de", "nl", "es", "it", "pt", "ar")
# What was sent: one value of a name, or all.
Fields = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class DailyForm:
    """What a repairer changes by itself."""

    phone: str
    website: str
    hours: str
    languages: str
    drop_off: bool
    mail_in: bool
    at_home: bool


@dataclass(frozen=True, slots=True)
class RepairerForm(DailyForm):
    """All that is said of a repairer, its prices apart."""

    name: str
    register_number: str
    email: str
    street: str
    postcode: str
    city: str
    country: str
    bonus_label: bool
    insurer: str
    insurance_policy: str


@dataclass(frozen=True, slots=True)
class FullForm:
    """A repairer with what it repairs."""

    repairer: RepairerForm
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnForm:
    """What a repairer changes by itself, its prices with it."""

    daily: DailyForm
    prices: tuple[PriceHint, ...]


@dataclass(frozen=True, slots=True)
class MoveForm:
    move: str
    reason: str
    checked: tuple[str, ...]


def read_join(fields: Fields, *, countries: Collection[str]) -> FullForm:
    """An application: all of it, and the consent to be shown. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    form = _full(fields, countries, errors)
    if fields.get("agreed", "") != "yes":
        errors["agreed"] = _("Please agree: without it nobody could find you.")
    _raise(errors)
    return form


def _full(fields: Fields, countries: Collection[str], errors: dict[str, str]) -> FullForm:
    daily = _daily(fields, errors)
    email = checked_address(fields, errors)
    name = read_line(fields, "name", 120, errors)
    # The address as a parcel's is read; the name of a firm has been looked at.
    typed = {part: fields.get(part, "") for part in ("street", "postcode", "city", "country")}
    address_errors: dict[str, str] = {}
    address = read_address({**typed, "name": name or "-"}, countries, address_errors)
    if "country" in address_errors:
        address_errors["country"] = _("Please choose a country of the list: our customers live there.")
    errors.update(address_errors)
    categories = tuple(code for code in REPAIRED_THINGS if code in fields.getlist("categories"))
    if not categories:
        errors["categories"] = _("Please tick what you repair.")
    repairer = RepairerForm(
        **_as_dict(daily),
        name=name,
        email=email,
        register_number=_register_number(fields, address["country"], errors),
        street=address["street"],
        postcode=address["postcode"],
        city=address["city"],
        country=address["country"],
        bonus_label=fields.get("bonus_label", "") == "yes",
        insurer=read_line(fields, "insurer", 120, errors),
        insurance_policy=read_line(fields, "insurance_policy", 60, errors),
    )
    return FullForm(repairer, categories)


def _as_dict(form: DailyForm) -> dict[str, Any]:
    return {name: getattr(form, name) for name in DailyForm.__slots__}


def read_own(fields: Fields, *, categories: Collection[str], currency: str) -> OwnForm:
    """What a repairer of these categories changes of its page. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    form = OwnForm(_daily(fields, errors), read_prices(fields, categories, currency, errors))
    _raise(errors)
    return form


def read_edited(
    fields: Fields, *, countries: Collection[str], currency: str
) -> tuple[FullForm, tuple[PriceHint, ...]]:
    """A repairer with its prices, as an operator types them. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    form = _full(fields, countries, errors)
    prices = read_prices(fields, form.categories, currency, errors)
    _raise(errors)
    return form, prices


def _daily(fields: Fields, errors: dict[str, str]) -> DailyForm:
    hours = _text(fields.get("hours", ""))
    if len(hours) > LONGEST_HOURS:
        errors["hours"] = _too_long(LONGEST_HOURS)
    ways = fields.getlist("ways")
    if not set(WAYS) & set(ways):
        errors["ways"] = _("Please tick at least one way for a device to reach you.")
    spoken = [code for code in LANGUAGES if code in fields.getlist("languages")]
    if not spoken:
        errors["languages"] = _("Please tick the languages that you speak with customers.")
    return DailyForm(
        phone=_phone(fields, errors),
        website=_website(fields, errors),
        hours=hours,
        languages=" ".join(spoken),
        **{way: way in ways for way in WAYS},
    )


def _phone(fields: Fields, errors: dict[str, str]) -> str:
    phone = read_line(fields, "phone", LONGEST_PHONE, errors, optional=True)
    check_phone(phone, errors)
    return phone


def _website(fields: Fields, errors: dict[str, str]) -> str:
    website = read_line(fields, "website", LONGEST_WEBSITE, errors, optional=True)
    if not website:
        return ""
    if "://" not in website:
        website = f"https://{website}"
    if len(website) > LONGEST_WEBSITE or not is_website(website):
        errors["website"] = _(
            "This is no web address. It looks like https://www.example.com, or is left out."
        )
    return website


def is_website(address: str) -> bool:
    """Whether an address may be linked to from a page: a web page of a named host, and nothing that runs."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in host and not set(address) & set('"<>\\ \t\n\r')


def _register_number(fields: Fields, country: str, errors: dict[str, str]) -> str:
    typed = fields.get("register_number", "").strip()
    try:
        return read_register_number(typed, country)
    except ValueError:
        errors["register_number"] = (
            _("This is no SIREN or SIRET: they have 9 or 14 digits, and theirs don't add up.")
            if country == "FR"
            else _("This register number can't be right: its check digits don't fit.")
        )
        return ""


def read_move(fields: Fields) -> MoveForm:
    """What an operator does about a repairer's standing. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    move = fields.get("move", "")
    if move not in MOVES:
        errors["move"] = _("Please say what to do.")
    reason = _text(fields.get("reason", ""))
    if not reason and move in REASONED_MOVES:
        errors["reason"] = _("Please give the reason: the repairer reads it.")
    elif len(reason) > LONGEST_REASON:
        errors["reason"] = _too_long(LONGEST_REASON)
    ticked = fields.getlist("checked") if move in CHECKED_MOVES else ()
    _raise(errors)
    return MoveForm(move, reason, tuple(check for check in CHECKS if check in ticked))


def read_version(fields: Fields) -> int:
    """The version that the page showed; 0, which no repairer has, for anything that is none."""
    return whole_number(fields.get("seen", "")) or 0


def read_email(fields: Fields) -> str:
    """A mail address in small letters. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    email = checked_address(fields, errors)
    _raise(errors)
    return email


def read_line(
    fields: Mapping[str, str], name: str, longest: int, errors: dict[str, str], *, optional: bool = False
) -> str:
    """One line of text as it is kept; or a sentence in `errors`, and what was typed."""
    text = " ".join(_text(fields.get(name, "")).split())
    if not text and not optional:
        errors[name] = _("Please fill this in.")
    elif len(text) > longest:
        errors[name] = _too_long(longest)
    return text


def _text(typed: str) -> str:
    """As it is kept: one kind of line's end, and nothing that can't be printed or turns what follows."""
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    return "".join(kept).strip()


def _too_long(most: int) -> str:
    return _("Please shorten this: it has room for %(most)s characters.", most=most)


def _raise(errors: dict[str, str]) -> None:
    if errors:
        raise FormInvalid(errors)
