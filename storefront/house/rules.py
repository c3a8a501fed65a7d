"""What a parcel costs to send, and what the shop's own texts must say: the pure part of the house."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LANGUAGES = ("en", "fr")
METHODS = ("standard", "express")

GRADE_PARTS = ("summary", "screen", "body")
GRADE_TEXTS = tuple(
    f"grade-{grade}-{part}" for grade in ("premium", "excellent", "good", "fair") for part in GRADE_PARTS
)
# Pages in Markdown, and the sentences that say what each grade looks like.
PAGES = ("terms", "privacy", "imprint", "about")
TEXTS = (*PAGES, *GRADE_TEXTS)
# In characters: some eight printed pages.
LONGEST_TEXT = 20_000
LONGEST_GRADE_TEXT = 300

# What a text may ask for in braces: facts of the settings, and ways to pages that the law asks for.
FACTS = (
    "shop", "company", "address", "email", "phone", "register_number", "vat_id", "director", "hosting", "mediator",
)  # fmt: skip
WAYS = ("withdraw", "guarantee", "ranking")
PLACEHOLDERS = (*FACTS, *WAYS)
_BRACES = re.compile(r"\{([^{}\s]{1,40})\}")

# What the law wants said, by page: a text without it is shown with it all the same, below.
# Imprint: law 2004-575 (LCEN) art. 1-1 (until 2024 art. 6 III): name, address, phone, mail, register number, VAT id,
# who is responsible for what is published, and the host. Terms: consumer code L221-5 and D211-2 (withdrawal, legal
# guarantee), L616-1 (mediator); since 19 June 2026 the withdrawal function (directive 2023/2673). Privacy: GDPR
# art. 13 (who is responsible, and where to ask).
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "terms": ("company", "withdraw", "guarantee", "mediator"),
    "privacy": ("company", "email"),
    "imprint": ("company", "address", "email", "phone", "register_number", "vat_id", "director", "hosting"),
    "about": (),
}


def placeholders(text: str) -> list[str]:
    """The names in braces, each once, in the order of the text."""
    return list(dict.fromkeys(_BRACES.findall(text)))


def unknown_placeholders(text: str) -> list[str]:
    return [name for name in placeholders(text) if name not in PLACEHOLDERS]


def missing_mentions(page: str, text: str) -> tuple[str, ...]:
    """Of what the law wants on a page, what its text doesn't ask for."""
    said = placeholders(text)
    return tuple(name for name in REQUIRED.get(page, ()) if name not in said)


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders' values, which are not looked into again; an unknown one stays as it is."""
    return _BRACES.sub(lambda found: values.get(found[1], found[0]), text)


@dataclass(frozen=True, slots=True)
class Step:
    """The price, in minor units, of a parcel of up to so many grams; of any weight where `up_to_g` is none."""

    up_to_g: int | None
    price_minor: int


@dataclass(frozen=True, slots=True)
class Method:
    """A way to send: `standard` or `express`. Free of charge from `free_from_minor` of goods on."""

    code: str
    travel_days: int
    steps: tuple[Step, ...]
    free_from_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """Countries with the ways to send there, the ordinary one first."""

    name: str
    countries: tuple[str, ...]
    methods: tuple[Method, ...]
    id: int | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Tariff:
    """All zones of a shop."""

    zones: tuple[Zone, ...]

    @property
    def countries(self) -> tuple[str, ...]:
        """Where parcels go, in the order of the zones."""
        return tuple(country for zone in self.zones for country in zone.countries)

    def zone_of(self, country: str) -> Zone | None:
        return next((zone for zone in self.zones if country in zone.countries), None)


def parcel_price(method: Method, *, weight_g: int, goods_minor: int) -> int:
    """What a parcel costs to send, in minor units: the price of the first step that its weight doesn't exceed.

    Worked example: steps to 1000 g at 490 and beyond at 890, free from 10000: 800 g of goods worth 5000 cost 490,
    1001 g cost 890, and goods worth 10000 travel free.
    """
    if method.free_from_minor is not None and goods_minor >= method.free_from_minor:
        return 0
    ends = [step.up_to_g for step in method.steps if step.up_to_g is not None]
    return method.steps[bisect_left(ends, weight_g)].price_minor


def steps_in_order(steps: Iterable[Step]) -> bool:
    """Whether weights rise, prices don't fall, and the last step, and only that one, has no end."""
    listed = list(steps)
    if not listed or listed[-1].up_to_g is not None:
        return False
    ends = [step.up_to_g for step in listed[:-1]]
    prices = [step.price_minor for step in listed]
    rising = (
        all(end is not None and end > 0 for end in ends) and sorted(set(map(int, filter(None, ends)))) == ends
    )
    return rising and prices[0] >= 0 and prices == sorted(prices)
