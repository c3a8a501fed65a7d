"""The supplies of a problem as columns, without those that can't be part of a best answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .rules import Problem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Which wishes a supply fits is one bit each of a 64-bit number.
MOST_WISHES = 62


@dataclass(frozen=True, slots=True)
class Market:
    """Columns of supplies in the order of their offers' ids, and by wish the rows that fit it.

    `place` is the supply's place in the problem, `model` and `looks` (model and grade) are numbers that are equal for
    equal things, `seller` is a number from 0 on by the order of `sellers`, their ids.
    """

    place: Ints
    model: Ints
    looks: Ints
    seller: Ints
    stock: Ints
    price: Ints
    cost: Ints
    years: Floats
    sellers: Ints
    fits: tuple[Ints, ...]

    @classmethod
    def of(cls, problem: Problem) -> Market:
        """Raises ValueError for more wishes than `MOST_WISHES`."""
        if len(problem.wishes) > MOST_WISHES:
            raise ValueError(f"more than {MOST_WISHES} wishes")
        wanted = _wanted(problem)
        asked = np.flatnonzero(wanted)
        ids = np.array([problem.supplies[place].offer_id for place in asked], np.int64)
        place = asked[np.argsort(ids, kind="stable")]
        supplies = [problem.supplies[row] for row in place]
        sellers, seller = np.unique(np.array([s.seller_id for s in supplies], np.int64), return_inverse=True)
        model = _numbers([s.model_key for s in supplies])
        grade = _numbers([s.grade for s in supplies])
        whole = cls(
            place=place,
            model=model,
            looks=model * (int(grade.max(initial=0)) + 1) + grade,
            seller=seller,
            stock=np.array([s.stock for s in supplies], np.int64),
            price=np.array([s.price for s in supplies], np.int64),
            cost=np.array([round(s.cost) for s in supplies], np.int64),
            years=np.array([s.years_left or 0.0 for s in supplies], np.float64),
            sellers=sellers,
            fits=(),
        )
        return whole._kept(_undominated(whole, wanted[place], problem), wanted, problem)

    def _kept(self, kept: Flags, wanted: Ints, problem: Problem) -> Market:
        asked = wanted[self.place[kept]]
        return Market(
            **{name: getattr(self, name)[kept] for name in _BY_ROW},
            sellers=self.sellers,
            fits=tuple(np.flatnonzero(asked & (1 << wish)) for wish in range(len(problem.wishes))),
        )


_BY_ROW = ("place", "model", "looks", "seller", "stock", "price", "cost", "years")


def _numbers(words: list[str]) -> Ints:
    """For each word a number, by the order of the words."""
    places = {word: place for place, word in enumerate(sorted(set(words)))}
    return np.array([places[word] for word in words], np.int64)


def _wanted(problem: Problem) -> Ints:
    """For each supply the wishes that it fits, a bit for each; nothing of what has no stock."""
    wanted = np.zeros(len(problem.supplies), np.int64)
    for wish, demand in enumerate(problem.wishes):
        if demand.units > 0:
            wanted[np.array(demand.fits, np.int64)] |= 1 << wish
    stock = np.array([supply.stock for supply in problem.supplies], np.int64)
    return np.where(stock > 0, wanted, 0)


def _undominated(market: Market, wanted: Ints, problem: Problem) -> Flags:
    """Whether a best answer may need the row.

    It needs none where the same seller has enough units for all the wishes that it fits, of the same model in the same
    grade, that fit the same wishes, last as long and are neither dearer nor costlier: each of its units can be
    exchanged for one of those, and nothing else changes.
    """
    if not len(wanted):
        return np.zeros(0, np.bool_)
    years = np.unique(market.years, return_inverse=True)[1]
    order = np.lexsort((market.price, market.cost, years, market.seller, market.looks, wanted))
    keys = np.stack([wanted[order], market.looks[order], market.seller[order], years[order]])
    starts = np.flatnonzero(np.append(True, (keys[:, 1:] != keys[:, :-1]).any(axis=0)))
    group = np.cumsum(np.bincount(starts, minlength=len(order))) - 1
    cheaper = np.cumsum(market.stock[order]) - market.stock[order]
    before = cheaper - cheaper[starts][group]
    # Where the order by cost isn't that by price as well, the group stays whole.
    falls = np.append(False, np.diff(market.price[order]) < 0)
    falls[starts] = False
    in_order = np.bincount(group, weights=falls)[group] == 0
    asked, which = np.unique(wanted[order], return_inverse=True)
    units = np.array([demand.units for demand in problem.wishes], np.int64)
    bits = 1 << np.arange(len(units), dtype=np.int64)
    enough = np.array([units[(mask & bits) != 0].sum() for mask in asked], np.int64)[which]
    kept = np.empty(len(order), np.bool_)
    kept[order] = (before < enough) | ~in_order
    return kept
