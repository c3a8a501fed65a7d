"""What is shared out, by which prices, and what it comes to: the pure part of the allocation (ADR 18 has the maths)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..wishes.rules import ANY, SAME_GRADE

_Amounts = TypeVar("_Amounts", int, NDArray[np.int64])

# The ways in which an allotment can be the best one.
KINDS = VALUE, UNIFORM, LASTING = ("value", "uniform", "lasting")

# What a parcel more costs a firm beside its shipping, in whole units of the currency: somebody receives it, checks it
# and files its invoice, in half an hour. What a model more within a line costs it: a charger, a case, an image and
# instructions of its own. Both are estimates: they decide between offers that are about equal, not over the price.
PARCEL_PRICE = 15
MODEL_PRICE = 40
# The most that an allotment of another kind may cost beside the one of best value, as a share of its price.
MOST_DEARER = {UNIFORM: 0.25, LASTING: 0.15}
# What a year more of security updates is worth, as a share of a unit's price. A device serves for some ten years from
# its launch, so that each is about a tenth of what it can do; years beyond `LONGEST_USE` come too late to count.
YEAR_WORTH = 0.10
LONGEST_USE = 6.0


@dataclass(frozen=True, slots=True)
class Supply:
    """An offer as it can be shared out.

    `price` and `cost` are minor units for one unit with VAT, `cost` with the trouble it may bring
    (`catalog.rules.cost`); `years_left` of security updates, none where nobody knows.
    """

    offer_id: int
    product_id: int
    model_key: str
    grade: str
    seller_id: int
    stock: int
    price: int
    cost: float
    battery: int | None = None
    handling_days: int = 0
    vat_scheme: str = "margin"
    years_left: float | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """From so many units of a seller in one request on, each costs `percent` less."""

    from_units: int
    percent: int


@dataclass(frozen=True, slots=True)
class Demand:
    """A wish as it is shared out: so many units of the supplies at the places `fits`.

    Demands of the same `batch` travel together: one parcel for each seller.
    """

    units: int
    fits: tuple[int, ...]
    uniformity: str = ANY
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """What is asked for and what there is. `rooms`: how many units a seller may still send, where that is bounded.

    `shipping` is what a parcel costs to send, `parcel_cost` and `model_cost` what one more is taken to cost beside
    that; all in minor units.
    """

    wishes: tuple[Demand, ...]
    supplies: tuple[Supply, ...]
    rooms: Mapping[int, int] = field(default_factory=dict)
    discounts: Mapping[int, tuple[Tier, ...]] = field(default_factory=dict)
    parcel_cost: int = 0
    model_cost: int = 0
    shipping: int = 0

    @property
    def parcel(self) -> int:
        """What a parcel counts in all."""
        return self.parcel_cost + self.shipping


@dataclass(frozen=True, slots=True, order=True)
class Take:
    """So many units of an offer for the wish at this place, each at a price after the seller's discount."""

    wish: int
    offer_id: int
    units: int
    unit_price: int


@dataclass(frozen=True, slots=True)
class Allotment:
    """Who gives how many of what. `short`: how many units each wish lacks.

    `objective` is what it comes to by the prices of its kind, in minor units; the best possible is at most the share
    `gap` below it, 0 where it is proved to be the best. Shortage goes before everything: where not even the fewest
    missing units are proved, `gap` is 1.
    """

    kind: str
    takes: tuple[Take, ...]
    short: tuple[int, ...]
    objective: float
    gap: float

    @property
    def price(self) -> int:
        """Of all units, in minor units, without shipping."""
        return sum(take.units * take.unit_price for take in self.takes)


def reduced(minor: _Amounts, percent: _Amounts) -> _Amounts:
    """An amount, or an array of them, less so many percent, rounded half up to a minor unit: 9.90 less 5 % is 9.405, so
    9.41.
    """
    return (minor * (100 - percent) + 50) // 100


def percent_for(tiers: Iterable[Tier], units: int) -> int:
    """The discount for so many units of a seller: the greatest of the tiers that they reach."""
    return max((tier.percent for tier in tiers if units >= tier.from_units), default=0)


def key_of(supply: Supply, uniformity: str) -> tuple[str, ...]:
    """What units of a wish have in common when they are alike: the model, or the model and the grade."""
    return (supply.model_key, supply.grade) if uniformity == SAME_GRADE else (supply.model_key,)


# Units by the places of their wish and their supply.
Units = Mapping[tuple[int, int], int]


def takes_of(problem: Problem, units: Units) -> tuple[Take, ...]:
    """With the discounts that they come to."""
    percents = _percents(problem, units)
    return tuple(
        sorted(
            Take(wish, supply.offer_id, count, reduced(supply.price, percents[supply.seller_id]))
            for (wish, place), count in units.items()
            if count and (supply := problem.supplies[place])
        )
    )


def _percents(problem: Problem, units: Units) -> dict[int, int]:
    sold: Counter[int] = Counter()
    for (_wish, place), count in units.items():
        sold[problem.supplies[place].seller_id] += count
    return {seller: percent_for(problem.discounts.get(seller, ()), count) for seller, count in sold.items()}


def short_of(problem: Problem, units: Units) -> tuple[int, ...]:
    """How many each wish lacks."""
    given: Counter[int] = Counter()
    for (wish, _place), count in units.items():
        given[wish] += count
    return tuple(demand.units - given[wish] for wish, demand in enumerate(problem.wishes))


def cost_of(problem: Problem, units: Units) -> int:
    """What the units come to: their likely costs, a price for each parcel and one for each model within a wish."""
    percents = _percents(problem, units)
    goods, parcels, models = 0, set(), set()
    for (wish, place), count in units.items():
        if count:
            supply, demand = problem.supplies[place], problem.wishes[wish]
            goods += count * reduced(round(supply.cost), percents[supply.seller_id])
            parcels.add((supply.seller_id, demand.batch))
            models.add((wish, key_of(supply, demand.uniformity)))
    return goods + problem.parcel * len(parcels) + problem.model_cost * len(models)


def breaches(problem: Problem, units: Units) -> list[str]:
    """What the units do against the rules, in words for whoever mends the solver; nothing of what is missing."""
    found = []
    of_supply: Counter[int] = Counter()
    of_seller: Counter[int] = Counter()
    keys = defaultdict(set)
    for (wish, place), count in units.items():
        supply, demand = problem.supplies[place], problem.wishes[wish]
        if count < 0 or place not in demand.fits:
            found.append(f"wish {wish} can't have {count} of supply {place}")
        of_supply[place] += count
        of_seller[supply.seller_id] += count
        if demand.uniformity != ANY and count:
            keys[wish].add(key_of(supply, demand.uniformity))
    found += [f"wish {wish} has {len(kinds)} kinds" for wish, kinds in keys.items() if len(kinds) > 1]
    found += [f"supply {p} gives {n}" for p, n in of_supply.items() if n > problem.supplies[p].stock]
    found += [f"seller {s} gives {n}" for s, n in of_seller.items() if n > problem.rooms.get(s, n)]
    found += [f"wish {w} has {-n} too many" for w, n in enumerate(short_of(problem, units)) if n < 0]
    return found
