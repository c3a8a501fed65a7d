"""What the three pages show: plain values, ready for a template."""

from dataclasses import dataclass
from datetime import date

from ...catalog.devices import KnownDevice, OnSale
from ...catalog.shown import Drawing, NewPrice
from ...core.money import Money
from ...impact.queries import Avoided
from ..faults import Fault, Rate
from .case import Case
from .cover import Cover
from .rules import Advice


@dataclass(frozen=True, slots=True)
class CategoryShown:
    slug: str
    name: str
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class StartPage:
    """`/repair`: `found` are devices to choose from, for what was `asked`; with a category, the questions about it.
    `lost` when an order's link names no device that was delivered and kept.
    """

    case: Case
    asked: str
    found: tuple[KnownDevice, ...]
    categories: tuple[CategoryShown, ...]
    category: CategoryShown | None
    device: KnownDevice | None
    cover: Cover | None
    faults: tuple[Fault, ...]
    countries: tuple[str, ...]
    covered_now: bool
    lost: bool


@dataclass(frozen=True, slots=True)
class RepairShown:
    """What a repair costs: as asked for by `repairers` repairers, the newest price of a day; `left` and, in the
    middle, `likely` after a bonus that is sure: nobody makes a sum with another.
    """

    low: Money
    median: Money
    high: Money
    repairers: int
    newest: date
    left_low: Money
    left_high: Money
    likely: Money


@dataclass(frozen=True, slots=True)
class BonusShown:
    """`sure` if it is today's amount; else it is said with the year it was. `minimum` is the smallest bill, if any."""

    amount: Money
    minimum: Money | None
    since: date
    sure: bool
    source: str


@dataclass(frozen=True, slots=True)
class AdvicePage:
    """`/repair/advice`. `title` is what the device is called; what nobody knows is none, and said to be so.

    `covered_now` if either guarantee runs, `legal_now` if the law's does, `seller_now` if the seller's does.
    """

    case: Case
    title: str
    category: CategoryShown
    drawing: Drawing
    fault: Fault
    advice: Advice
    worth: Money | None
    give_up: Money | None
    saved: Money | None
    cover: Cover | None
    covered_now: bool
    legal_now: bool
    seller_now: bool
    repair: RepairShown | None
    bonus: BonusShown | None
    rate: Rate | None
    impact: Avoided | None
    new: NewPrice | None
    sale: OnSale | None
    french: bool
