"""A problem as numbers: what one unit for a wish counts, and what bounds it (ADR 18 names the same things)."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ..wishes.rules import ANY, SAME_GRADE
from .market import Flags, Ints, Market
from .rules import LASTING, LONGEST_USE, YEAR_WORTH, Problem, reduced

NO_TIER = -1
_BOUNDLESS = 1 << 40


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer must keep to beside the problem: units missing in all, and the price of all goods (minor units).

    `count_short` asks for nothing but the fewest missing units.
    """

    most_short: int = 0
    most_spent: int | None = None
    count_short: bool = False

    @property
    def allows_short(self) -> bool:
        return self.count_short or self.most_short > 0


@dataclass(frozen=True, slots=True)
class Options:
    """The ways in which a unit can be given, one a row: for this wish, of this supply, by this tier of its seller.

    `cost` is what a unit counts, `price` what the firm pays for it; `key` says what else it is like (within the wish),
    `link` by which parcel it comes (for the wish); `most` units there may be.
    """

    wish: Ints
    supply: Ints
    tier: Ints
    seller: Ints
    key: Ints
    link: Ints
    cost: Ints
    price: Ints
    most: Ints

    def __len__(self) -> int:
        return len(self.wish)

    def at(self, rows: Ints | Flags) -> Options:
        return Options(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})


@dataclass(frozen=True, slots=True)
class Frame:
    """All options, and what they have in common.

    By wish its `units` and whether all must be alike (`single`); by supply its `stock`; by seller its `room`; by key,
    link and tier the most units (`*_cap`); by link its parcel; by tier from how many units on it holds.
    """

    options: Options
    units: Ints
    single: Flags
    stock: Ints
    room: Ints
    key_cap: Ints
    link_cap: Ints
    link_parcel: Ints
    tier_from: Ints
    tier_cap: Ints
    tier_percent: Ints
    tier_seller: Ints
    parcels: int
    parcel_price: int
    key_price: int

    @classmethod
    def of(cls, problem: Problem, market: Market, kind: str) -> Frame:
        units = np.array([demand.units for demand in problem.wishes], np.int64)
        tiers = _Tiers.of(problem, market, int(units.sum()))
        wish, supply = _pairs(market)
        wish, supply, tier = tiers.copies(market, wish, supply)
        key, key_cap = _capped(_alike(problem, market, wish, supply), supply, market.stock, units[wish])
        batch = np.array([demand.batch for demand in problem.wishes], np.int64)
        sellers = len(market.sellers) + 1
        parcel_of, parcel = np.unique(batch[wish] * sellers + market.seller[supply], return_inverse=True)
        together = wish * (len(parcel_of) + 1) + parcel
        link, link_cap = _capped(together, supply, market.stock, units[wish])
        link_parcel = np.zeros(len(link_cap), np.int64)
        link_parcel[link] = parcel
        percent = np.append(tiers.percent, 0)[tier]
        options = Options(
            wish=wish,
            supply=supply,
            tier=tier,
            seller=market.seller[supply],
            key=key,
            link=link,
            cost=_counted(market, wish, supply, percent, kind),
            price=reduced(market.price[supply], percent),
            most=np.minimum(market.stock[supply], units[wish]),
        )
        return cls(
            options=options,
            units=units,
            single=np.array([demand.uniformity != ANY for demand in problem.wishes], np.bool_),
            stock=market.stock,
            room=np.array([problem.rooms.get(int(s), _BOUNDLESS) for s in market.sellers], np.int64),
            key_cap=key_cap,
            link_cap=link_cap,
            link_parcel=link_parcel,
            tier_from=tiers.begins,
            tier_cap=tiers.most,
            tier_percent=tiers.percent,
            tier_seller=tiers.seller,
            parcels=len(parcel_of),
            # Who asks for what lasts has fewer parcels in mind, too.
            parcel_price=problem.parcel * (2 if kind == LASTING else 1),
            key_price=problem.model_cost,
        )


def _counted(market: Market, wish: Ints, supply: Ints, percent: Ints, kind: str) -> Ints:
    """What a unit counts: its likely cost; for what lasts, with what the years that it lacks would be worth."""
    cost = reduced(market.cost[supply], percent)
    if kind != LASTING:
        return cost
    lacking = LONGEST_USE - np.minimum(market.years[supply], LONGEST_USE)
    # A year has one price within a wish: by its own price, a cheap device would lack less than a dear one.
    usual = np.array([np.median(market.cost[rows]) if len(rows) else 0.0 for rows in market.fits])
    return cost + np.round(lacking * YEAR_WORTH * usual[wish]).astype(np.int64)


def _pairs(market: Market) -> tuple[Ints, Ints]:
    counts = [len(rows) for rows in market.fits]
    wish = np.repeat(np.arange(len(market.fits), dtype=np.int64), counts)
    supply = np.concatenate([*market.fits, np.zeros(0, np.int64)])
    return wish, supply


def _alike(problem: Problem, market: Market, wish: Ints, supply: Ints) -> Ints:
    by_grade = np.array([demand.uniformity == SAME_GRADE for demand in problem.wishes], np.bool_)
    # A model's number is below any of a model and grade of the same wish, or alone in it.
    kind = np.where(by_grade[wish], market.looks[supply], market.model[supply])
    return wish * (int(market.looks.max(initial=0)) + 1) + kind


def _capped(alike: Ints, supply: Ints, stock: Ints, units: Ints) -> tuple[Ints, Ints]:
    """Numbers from 0 on for what is alike, and how many units of each there can be at most."""
    values, number = np.unique(alike, return_inverse=True)
    # A supply stands once for each tier of its seller, and has its stock once.
    _once, first = np.unique(number * (len(stock) + 1) + supply, return_index=True)
    in_stock = np.bincount(number[first], weights=stock[supply[first]], minlength=len(values))
    asked = np.zeros(len(values), np.int64)
    asked[number] = units
    return number, np.minimum(in_stock.astype(np.int64), asked)


@dataclass(frozen=True, slots=True)
class _Tiers:
    """The discounts that the request can reach, by their number."""

    seller: Ints
    percent: Ints
    begins: Ints
    most: Ints

    @classmethod
    def of(cls, problem: Problem, market: Market, asked: int) -> _Tiers:
        has = np.bincount(market.seller, weights=market.stock, minlength=len(market.sellers))
        found: list[tuple[int, int, int, int]] = []
        for number, seller in enumerate(market.sellers.tolist()):
            most = min(asked, int(has[number]), problem.rooms.get(seller, asked))
            found += [
                (number, tier.percent, tier.from_units, most)
                for tier in problem.discounts.get(seller, ())
                if tier.from_units <= most and tier.percent > 0
            ]
        return cls(*np.array(found, np.int64).reshape(-1, 4).T)

    def copies(self, market: Market, wish: Ints, supply: Ints) -> tuple[Ints, Ints, Ints]:
        """Each pair without a discount, then once for each tier of its seller."""
        parts = [(wish, supply, np.full(len(wish), NO_TIER, np.int64))]
        for number, seller in enumerate(self.seller):
            rows = np.flatnonzero(market.seller[supply] == seller)
            parts.append((wish[rows], supply[rows], np.full(len(rows), number, np.int64)))
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        return columns[0], columns[1], columns[2]
