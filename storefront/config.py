"""The shop's settings: `instance/rebelote.toml`, each overridable by an environment variable.

A setting `name` of section `[shop]` is `REBELOTE_SHOP_NAME` in the environment; the environment wins. `DATABASE_URL`,
`HOST`, `PORT` and `SECRET_KEY` are read under their usual names as well. A wrong setting stops the start with a
sentence that names it. `docs/settings.md` lists them all.
"""

import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import is_currency
from flask import current_app
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

LANGUAGES = ("en", "fr")


class WrongSetting(Exception):
    """A setting can't be used as it stands; the message says which, why, and what would do."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text in quotes")
    return value.strip()


def _one_line(value: Any) -> str:
    text = _text(value)
    if not text or not text.isprintable():
        raise ValueError("must be one line of text, and not empty")
    return text


def _matching(pattern: str, sentence: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        text = _text(value)
        if not re.fullmatch(pattern, text):
            raise ValueError(sentence)
        return text

    return check


def _one_of(*choices: str) -> Callable[[Any], str]:
    return _matching("|".join(map(re.escape, choices)), "must be one of " + ", ".join(choices))


def _some_of(*choices: str) -> Callable[[Any], tuple[str, ...]]:
    def check(value: Any) -> tuple[str, ...]:
        items = [part.strip() for part in value.split(",")] if isinstance(value, str) else list(value)
        if not items or any(item not in choices for item in items):
            raise ValueError("must be a list of some of " + ", ".join(choices))
        return tuple(items)

    return check


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if (
            isinstance(value, bool)
            or not re.fullmatch(r"-?\d{1,9}", str(value))
            or not low <= int(value) <= high
        ):
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return check


def _amount(value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError('must be an amount such as "4.90"') from None
    if not amount.is_finite() or not 0 <= amount <= 1_000_000:
        raise ValueError("must be an amount from 0 to 1000000")
    return amount


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "yes", "1", "false", "no", "0"):
        return str(value).lower() in ("true", "yes", "1")
    raise ValueError("must be true or false")


def _currency(value: Any) -> str:
    code = _text(value)
    if not is_currency(code):
        raise ValueError('must be a three-letter currency code such as "EUR"')
    return code


def _time_zone(value: Any) -> str:
    name = _text(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError('must be a time zone such as "Europe/Paris"') from None
    return name


def _database(value: Any) -> str:
    url = _text(value)
    try:
        backend = make_url(url).get_backend_name() if url else "sqlite"
    except (ArgumentError, ValueError):
        backend = ""
    if backend not in ("sqlite", "postgresql"):
        raise ValueError(
            'must be a database address such as "postgresql+psycopg://user:password@host/name", or empty'
        )
    return url


def setting(default: Any, check: Callable[[Any], Any] = _text) -> Any:
    """A dataclass field that knows how its value is checked; `default` is taken as already checked."""
    return field(default=default, metadata={"check": check})


_COUNTRY = _matching("[A-Z]{2}", 'must be a two-letter country code such as "FR"')
_URL = _matching(r"https?://[^\s/]+", 'must be an address such as "https://shop.example", with no path')
_MAILBOX = _matching(r"[^\s@<>]+@[^\s@<>]+", 'must be a mail address such as "hello@shop.example"')


def _countries(value: Any) -> tuple[str, ...]:
    if not value or not isinstance(value, str | list):
        raise ValueError('must be a list of country codes such as "FR,BE"')
    items = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    return tuple(_COUNTRY(item) for item in items)


@dataclass(frozen=True)
class Shop:
    """Who the shop is, and how it speaks."""

    name: str = setting("Rebelote", _one_line)
    url: str = setting("http://127.0.0.1:5000", _URL)
    country: str = setting("FR", _COUNTRY)
    currency: str = setting("EUR", _currency)
    language: str = setting("en", _one_of(*LANGUAGES))
    time_zone: str = setting("Europe/Paris", _time_zone)


@dataclass(frozen=True)
class Contact:
    """What the imprint, the mails and the invoices say about the operator."""

    company: str = setting("Rebelote Démo SAS")
    address: str = setting("12 quai des Réemplois, 44000 Nantes, France")
    email: str = setting("bonjour@rebelote.example", _MAILBOX)
    phone: str = setting("+33 2 61 91 04 12")
    register_number: str = setting("RCS Nantes 900 000 008")
    vat_id: str = setting("FR32900000008")
    director: str = setting("Camille Dupuis")
    hosting: str = setting("Self-hosted by the shop, at the address above")


@dataclass(frozen=True)
class Vat:
    """VAT defaults for offers that don't say otherwise."""

    scheme: str = setting("margin", _one_of("margin", "standard"))
    percent: Decimal = setting(Decimal(20), _amount)


@dataclass(frozen=True)
class Shipping:
    """What one seller's parcel costs by method, VAT included, and how long it travels (working days)."""

    standard: Decimal = setting(Decimal("3.90"), _amount)
    standard_days: int = setting(3, _whole(0, 60))
    express: Decimal = setting(Decimal("8.90"), _amount)
    express_days: int = setting(1, _whole(0, 60))
    pickup: bool = setting(True, _switch)
    countries: tuple[str, ...] = setting(("FR", "BE", "LU", "DE", "ES", "IT", "NL"), _countries)


@dataclass(frozen=True)
class Payment:
    """Which payment methods are offered, and what each needs."""

    methods: tuple[str, ...] = setting(
        ("bank-transfer", "pickup"), _some_of("bank-transfer", "pickup", "stripe")
    )
    transfer_holder: str = setting("Rebelote Démo SAS")
    transfer_iban: str = setting("FR76 3000 6000 0112 3456 7890 189")
    transfer_bic: str = setting("AGRIFRPP")
    transfer_days: int = setting(7, _whole(1, 60))
    pickup_days: int = setting(7, _whole(1, 60))
    stripe_secret_key: str = setting("")
    stripe_webhook_secret: str = setting("")
    stripe_api_base: str = setting("https://api.stripe.com")
    stripe_minutes: int = setting(60, _whole(30, 1440))


@dataclass(frozen=True)
class Mail:
    """The SMTP server; with no host, mails are written to `instance/mail/` and logged."""

    host: str = setting("")
    port: int = setting(587, _whole(1, 65535))
    user: str = setting("")
    password: str = setting("")
    tls: bool = setting(True, _switch)
    sender: str = setting("bonjour@rebelote.example", _MAILBOX)


@dataclass(frozen=True)
class Server:
    """Where the shop listens."""

    host: str = setting("127.0.0.1")
    port: int = setting(5000, _whole(0, 65535))
    workers: int = setting(2, _whole(1, 64))
    threads: int = setting(4, _whole(1, 64))
    behind_proxy: bool = setting(False, _switch)


@dataclass(frozen=True)
class Limits:
    """How often one address may ask for something, per hour."""

    orders: int = setting(60, _whole(1, 1_000_000))
    lookups: int = setting(30, _whole(1, 1_000_000))


@dataclass(frozen=True)
class Storage:
    """Where the data is kept, and what signs the cookies. Empty: a file in `instance/`, made at first start."""

    database_url: str = setting("", _database)
    secret_key: str = setting("")


@dataclass(frozen=True)
class Settings:
    """Every setting of one shop, checked."""

    shop: Shop
    contact: Contact
    vat: Vat
    shipping: Shipping
    payment: Payment
    mail: Mail
    server: Server
    limits: Limits
    storage: Storage
    instance: Path


SECTIONS: dict[str, type[Any]] = {
    "shop": Shop,
    "contact": Contact,
    "vat": Vat,
    "shipping": Shipping,
    "payment": Payment,
    "mail": Mail,
    "server": Server,
    "limits": Limits,
    "storage": Storage,
}
# Not a setting, but where the settings and the data are.
INSTANCE_VARIABLE = "REBELOTE_INSTANCE"
USUAL_NAMES = {
    "DATABASE_URL": ("storage", "database_url"),
    "SECRET_KEY": ("storage", "secret_key"),
    "HOST": ("server", "host"),
    "PORT": ("server", "port"),
}


def instance_folder(root: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Where this shop keeps its settings and data: `REBELOTE_INSTANCE`, else `instance/` beside the program."""
    return Path(environ.get(INSTANCE_VARIABLE) or root / "instance").absolute()


def load_settings(instance: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check all settings.

    Raises `WrongSetting` with a sentence that names the first wrong one and where it stands.
    """
    path = instance / "rebelote.toml"
    values = _read_file(path)
    origin = {(section, name): str(path) for section, table in values.items() for name in table}
    for variable, (section, name, value) in _from_environment(environ).items():
        values.setdefault(section, {})[name] = value
        origin[section, name] = f"the environment variable {variable}"
    sections = {}
    for section, cls in SECTIONS.items():
        sections[section] = _checked(cls, section, values.get(section, {}), origin)
    settings = Settings(instance=instance, **sections)
    _check_together(settings)
    return settings


def _read_file(path: Path) -> dict[str, dict[str, Any]]:
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{path} can't be read: {error}") from error
    for section, table in tables.items():
        if section not in SECTIONS:
            raise WrongSetting(f"{path}: there is no section [{section}]; there are {', '.join(SECTIONS)}.")
        if not isinstance(table, dict):
            raise WrongSetting(f"{path}: write {section} as a section, [{section}].")
    return tables


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[str, str, str]]:
    known = {
        f"REBELOTE_{section}_{f.name}".upper(): (section, f.name)
        for section, cls in SECTIONS.items()
        for f in fields(cls)
    }
    known |= USUAL_NAMES
    for variable in environ:
        if variable.startswith("REBELOTE_") and variable not in (INSTANCE_VARIABLE, *known):
            raise WrongSetting(f"The environment variable {variable} is not a setting; see docs/settings.md.")
    return {variable: (*known[variable], environ[variable]) for variable in known if variable in environ}


def _checked(
    cls: type[Any], section: str, table: Mapping[str, Any], origin: Mapping[tuple[str, str], str]
) -> Any:
    checks = {f.name: f.metadata["check"] for f in fields(cls)}
    clean = {}
    for name, value in table.items():
        place = origin[section, name]
        if name not in checks:
            raise WrongSetting(f"{place}: [{section}] has no setting {name}; it has {', '.join(checks)}.")
        try:
            clean[name] = checks[name](value)
        except (ValueError, TypeError) as error:
            raise WrongSetting(f"{place}: [{section}] {name} = {value!r} {error}.") from error
    return cls(**clean)


def _check_together(settings: Settings) -> None:
    payment = settings.payment
    if "stripe" in payment.methods and not (payment.stripe_secret_key and payment.stripe_webhook_secret):
        raise WrongSetting(
            "[payment] methods has stripe: it needs stripe_secret_key and stripe_webhook_secret too."
        )
    if settings.shop.country not in settings.shipping.countries:
        raise WrongSetting("[shipping] countries must contain the shop's own country, [shop] country.")


def secret_key(settings: Settings) -> str:
    """The configured key, else one made at first start and kept in `instance/secret_key`, for its owner only."""
    if settings.storage.secret_key:
        return settings.storage.secret_key
    path = settings.instance / "secret_key"
    try:
        # Several workers may start at once: the first to create the file decides, the others read it.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        key = secrets.token_hex(32)
        file.write(key)
    return key


def current_settings() -> Settings:
    """The settings of the running application."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings
