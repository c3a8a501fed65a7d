"""How much can be filled at all: the fewest units that must be missing, whatever the rest costs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .frame import Frame, Limits
from .greedy import Given, greedy
from .market import Flags, Ints, Market
from .rules import VALUE, Problem
from .search import Found, Search, by_option, given_by

# The one seller of all whose room has no bound.
_ANYBODY = -1


@dataclass(frozen=True, slots=True)
class Filling:
    """Units by wish and row of the market, and how many units are missing with them."""

    given: Given
    missing: Found


def filling(problem: Problem, market: Market, seconds: float) -> Filling:
    """Where prices count for nothing, offers that are alike and fit the same wishes are one: that leaves few of them.

    The greedy answer where it fills as much, since it is the cheaper one to begin with.
    """
    free = replace(problem, discounts={}, parcel_cost=0, shipping=0, model_cost=0)
    alike = _alike(problem, market)
    merged = _merged(market, alike, problem)
    frame, limits = Frame.of(free, merged, VALUE), Limits(count_short=True)
    found = Search(frame, limits, by_option(frame, greedy(free, merged))).run(seconds)
    hasty = greedy(problem, market)
    asked = sum(demand.units for demand in problem.wishes)
    if asked - sum(hasty.values()) <= found.value:
        value = asked - sum(hasty.values())
        return Filling(hasty, replace(found, value=value, least=min(found.least, value)))
    return Filling(_split(given_by(frame, found.units), alike, market), found)


def _alike(problem: Problem, market: Market) -> Ints:
    """For each row the number of what it is one with."""
    wanted = np.zeros(len(market.place), np.int64)
    for wish, rows in enumerate(market.fits):
        wanted[rows] |= 1 << wish
    seller = np.where(_is_bounded(problem, market), market.seller, _ANYBODY)
    if not len(wanted):
        return wanted
    order = np.lexsort((seller, market.looks, wanted))
    keys = np.stack([wanted[order], market.looks[order], seller[order]])
    changes = np.append(0, (keys[:, 1:] != keys[:, :-1]).any(axis=0).astype(np.int64))
    alike = np.empty(len(order), np.int64)
    alike[order] = np.cumsum(changes)
    return alike


def _is_bounded(problem: Problem, market: Market) -> Flags:
    return np.isin(market.sellers, list(problem.rooms))[market.seller]


def _merged(market: Market, alike: Ints, problem: Problem) -> Market:
    """The market with one row for all that are one."""
    numbers, first = np.unique(alike, return_index=True)
    bounded = _is_bounded(problem, market)[first]
    nothing = np.zeros(len(numbers), np.int64)
    return Market(
        place=numbers,
        model=market.model[first],
        looks=market.looks[first],
        seller=np.where(bounded, market.seller[first], len(market.sellers)),
        stock=np.bincount(alike, weights=market.stock, minlength=len(numbers)).astype(np.int64),
        price=nothing,
        cost=nothing,
        years=nothing.astype(np.float64),
        sellers=np.append(market.sellers, _ANYBODY),
        fits=tuple(np.unique(alike[rows]) for rows in market.fits),
    )


def _split(given: Given, alike: Ints, market: Market) -> Given:
    """The units of each merged row from the rows that it is made of, the cheapest first."""
    order = np.lexsort((market.cost, alike))
    begins = np.searchsorted(alike[order], np.arange(int(alike.max(initial=0)) + 2))
    left = market.stock.copy()
    split: Given = {}
    for (wish, number), count in given.items():
        wanted = count
        for row in order[begins[number] : begins[number + 1]].tolist():
            units = min(wanted, int(left[row]))
            if units:
                split[wish, row] = units
                left[row] -= units
                wanted -= units
    return split
