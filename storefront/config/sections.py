"""The settings by section, each with its default and its check."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import checks

LANGUAGES = ("en", "fr")
# The demo's company and account, and those of the example file: no shop may go live with them.
DEMO_COMPANY, DEMO_IBAN = "Rebelote Démo SAS", "FR76 3000 6000 0112 3456 7890 189"
PLACEHOLDERS = (DEMO_COMPANY, DEMO_IBAN, "My Company SAS")
# Settings whose values are never shown.
SECRETS = ("password", "secret_key", "stripe_secret_key", "stripe_webhook_secret")


def setting(default: Any, check: Callable[[Any], Any] = checks.text) -> Any:
    """A dataclass field that knows how its value is checked; `default` is taken as already checked."""
    return field(default=default, metadata={"check": check})


def changeable(default: Any, check: Callable[[Any], Any] = checks.line) -> Any:
    """A setting that the shop's people may change while it runs: no secret, nothing that the machine hangs on."""
    return field(default=default, metadata={"check": check, "changeable": True})


@dataclass(frozen=True)
class Shop:
    """Who the shop is, and how it speaks."""

    name: str = changeable("Rebelote", checks.name)
    # Empty: where the server listens.
    url: str = setting("", checks.URL)
    country: str = setting("FR", checks.COUNTRY)
    currency: str = setting("EUR", checks.currency)
    language: str = changeable("en", checks.one_of(*LANGUAGES))
    time_zone: str = setting("Europe/Paris", checks.time_zone)


@dataclass(frozen=True)
class Contact:
    """What the imprint, the mails and the invoices say about the operator."""

    company: str = changeable(DEMO_COMPANY)
    address: str = changeable("12 quai des Réemplois, 44000 Nantes, France")
    email: str = changeable("bonjour@rebelote.example", checks.mailbox)
    phone: str = changeable("+33 2 61 91 04 12")
    register_number: str = changeable("RCS Nantes 900 000 008")
    vat_id: str = changeable("FR32900000008")
    director: str = changeable("Camille Dupuis")
    hosting: str = changeable("")
    mediator: str = changeable("")


@dataclass(frozen=True)
class Vat:
    """VAT defaults for offers that don't say otherwise."""

    scheme: str = changeable("margin", checks.one_of("margin", "standard"))
    percent: Decimal = changeable(Decimal(20), checks.amount)


@dataclass(frozen=True)
class Shipping:
    """What one seller's parcel costs by method, VAT included, and how long it travels (working days)."""

    standard: Decimal = changeable(Decimal("3.90"), checks.amount)
    standard_days: int = changeable(3, checks.whole(0, 60))
    express: Decimal = changeable(Decimal("8.90"), checks.amount)
    express_days: int = changeable(1, checks.whole(0, 60))
    pickup: bool = changeable(True, checks.switch)
    countries: tuple[str, ...] = changeable(("FR", "BE", "LU", "DE", "ES", "IT", "NL"), checks.countries)
    # What box, charger and padding add to the weight of each device, in grams.
    packing_g: int = changeable(300, checks.whole(0, 20_000))


@dataclass(frozen=True)
class Payment:
    """Which payment methods are offered, and what each needs."""

    methods: tuple[str, ...] = changeable(
        ("bank-transfer", "pickup"), checks.some_of("bank-transfer", "pickup", "stripe")
    )
    transfer_holder: str = changeable(DEMO_COMPANY)
    transfer_iban: str = changeable(DEMO_IBAN, checks.iban)
    transfer_bic: str = changeable("AGRIFRPP")
    transfer_days: int = changeable(7, checks.whole(1, 60))
    pickup_days: int = changeable(7, checks.whole(1, 60))
    stripe_secret_key: str = setting("")
    stripe_webhook_secret: str = setting("")
    stripe_api_base: str = setting("https://api.stripe.com")
    stripe_minutes: int = setting(60, checks.whole(30, 1440))


@dataclass(frozen=True)
class Mail:
    """The SMTP server; with no host, mails are written to `instance/mail/` and logged."""

    host: str = setting("")
    port: int = setting(587, checks.whole(1, 65535))
    user: str = setting("")
    password: str = setting("")
    tls: bool = setting(True, checks.switch)
    sender: str = changeable("bonjour@rebelote.example", checks.mailbox)


@dataclass(frozen=True)
class Colours:
    """The shop's colours, by day and in the dark; `colours.py` says which must be told apart."""

    accent: str = changeable("#ff5c39", checks.COLOUR)
    ink: str = changeable("#1d1a2f", checks.COLOUR)
    paper: str = changeable("#fff8ec", checks.COLOUR)
    dark_accent: str = changeable("#ff5c39", checks.COLOUR)
    dark_ink: str = changeable("#fff3e0", checks.COLOUR)
    dark_paper: str = changeable("#16142a", checks.COLOUR)


@dataclass(frozen=True)
class Server:
    """Where the shop listens."""

    host: str = setting("127.0.0.1")
    port: int = setting(5000, checks.whole(0, 65535))
    workers: int = setting(2, checks.whole(1, 64))
    threads: int = setting(4, checks.whole(1, 64))
    behind_proxy: bool = setting(False, checks.switch)


@dataclass(frozen=True)
class Sellers:
    """What holds for those who sell in the shop."""

    probation_units: int = changeable(20, checks.whole(1, 1_000_000))


@dataclass(frozen=True)
class Fleet:
    """What holds for firms that ask for a quote."""

    # How long the units of a quote are held, and how many for one firm at most, over all its quotes.
    hold_hours: int = changeable(72, checks.whole(1, 720))
    most_held: int = changeable(100, checks.whole(1, 100_000))
    # Within how many days of its date an invoice is paid on account; 0: nobody buys on account.
    invoice_days: int = changeable(0, checks.whole(0, 60))


@dataclass(frozen=True)
class Limits:
    """How often one address may ask for something, per hour."""

    orders: int = setting(60, checks.whole(1, 1_000_000))
    lookups: int = setting(30, checks.whole(1, 1_000_000))
    sign_ins: int = setting(60, checks.whole(1, 1_000_000))
    codes: int = setting(20, checks.whole(1, 1_000_000))


@dataclass(frozen=True)
class Storage:
    """Where the data is kept, and what signs the cookies. Empty: a file in `instance/`, made at first start."""

    database_url: str = setting("", checks.database)
    secret_key: str = setting("", checks.secret)


@dataclass(frozen=True)
class Settings:
    """Every setting of one shop, checked."""

    shop: Shop
    contact: Contact
    vat: Vat
    shipping: Shipping
    payment: Payment
    mail: Mail
    colours: Colours
    sellers: Sellers
    fleet: Fleet
    server: Server
    limits: Limits
    storage: Storage
    instance: Path
    # The settings that the environment gives (section and name): nothing else changes them.
    fixed: frozenset[tuple[str, str]] = frozenset()
    # How often they were changed while the shop ran.
    version: int = 0


SECTIONS: dict[str, type[Any]] = {
    "shop": Shop,
    "contact": Contact,
    "vat": Vat,
    "shipping": Shipping,
    "payment": Payment,
    "mail": Mail,
    "colours": Colours,
    "sellers": Sellers,
    "fleet": Fleet,
    "server": Server,
    "limits": Limits,
    "storage": Storage,
}
# What may be changed while the shop runs, by section and name.
CHANGEABLE = tuple(
    (section, f.name) for section, cls in SECTIONS.items() for f in fields(cls) if "changeable" in f.metadata
)
