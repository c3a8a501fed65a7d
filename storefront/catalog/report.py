"""What became, or would become, of the rows of a file: counted, and each changed offer before and after."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ..core.tables import Problem

Value = int | str | date | None
# What is kept for a page or a screen; the rest is counted. Whoever wants them all listens.
MOST_CHANGES = 500
MOST_PROBLEMS = 5_000


@dataclass(frozen=True, slots=True)
class OfferChange:
    """One offer that a row adds (`before` is empty) or changes.

    `before` and `after` hold the fields that differ; of a new offer, all of them. Prices are in minor units, `product`
    is the product's identity. What the row was taken for: `category` by slug, `model` by name (empty: none is known),
    and whether its product is new to the shop.
    """

    line: int
    seller: str
    sku: str
    title: str
    before: Mapping[str, Value]
    after: Mapping[str, Value]
    category: str = ""
    model: str = ""
    storage_gb: int | None = None
    colour: str = ""
    new_product: bool = False

    @property
    def is_new(self) -> bool:
        return not self.before


@dataclass
class Report:
    """Counted while loading; `problems` say what is wrong with rows that were left out, `retold` is how many products
    got new texts, `aside` how many rows are not meant for sale (drafts) and were passed over, `notes` what was taken
    in another way than it was written, with how often.

    `digest` is the same for two readings that did, or would do, the same. `deviates`: it did something else than the
    preview that it followed, since somebody changed the shop meanwhile.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    aside: int = 0
    new_products: int = 0
    retold: int = 0
    new_sellers: list[str] = field(default_factory=list)
    new_categories: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changes: list[OfferChange] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    format: str = ""
    digest: str = ""
    deviates: bool = False

    @property
    def loaded(self) -> int:
        """How many rows are in the shop now, as the file has them."""
        return self.created + self.updated + self.unchanged

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Leave one row out, for these reasons."""
        self.refused += 1
        self.problems.extend(list(problems)[: MOST_PROBLEMS - len(self.problems)])


class Ledger:
    """Notes each change of an offer in a report, tells `listener` of it, and makes the report's digest."""

    def __init__(self, report: Report, listener: Callable[[OfferChange], None] | None = None) -> None:
        self.report = report
        self.listener = listener
        self.running = hashlib.blake2b(digest_size=16)

    def note(self, change: OfferChange) -> None:
        told = (change.seller, change.sku, *change.before.items(), "->", *change.after.items())
        self.running.update(repr(told).encode())
        if len(self.report.changes) < MOST_CHANGES:
            self.report.changes.append(change)
        if self.listener:
            self.listener(change)

    def close(self) -> None:
        """The file is at its end."""
        report = self.report
        numbers = (report.created, report.updated, report.unchanged, report.refused, report.aside)
        others = (report.new_products, report.retold, report.new_sellers, report.new_categories)
        self.running.update(repr((numbers, others)).encode())
        report.digest = self.running.hexdigest()
