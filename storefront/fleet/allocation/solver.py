"""Allotments: the best of a kind, and up to three that differ in kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..wishes.rules import UNIFORMITIES
from .bounds import Multipliers, bound
from .filling import Filling, filling
from .frame import Frame, Limits
from .greedy import Given
from .market import Floats, Market
from .rules import LASTING, MOST_DEARER, UNIFORM, VALUE, Allotment, Problem, short_of, takes_of
from .search import Found, Search, by_option, given_by

# The most that HiGHS may take each time that it is asked. Counts end nearly every search long before; a clock is the
# guard on a machine at its limits, where the answer may then be another one, and says so by its gap.
SECONDS = 3.0


def solve(problem: Problem, kind: str = VALUE, seconds: float = SECONDS) -> Allotment:
    """The best allotment of this kind, or the best that was found in its time, with how far from it that may be."""
    solving = _Solving(problem, seconds)
    kinds = {VALUE: solving.value, UNIFORM: solving.uniform, LASTING: solving.lasting}
    return kinds[kind]()


def alternatives(problem: Problem, seconds: float = SECONDS) -> tuple[Allotment, ...]:
    """The allotment of best value, then those of other kinds that give something else; each kind at most once."""
    solving = _Solving(problem, seconds)
    found = [solving.value(), solving.uniform(), solving.lasting()]
    return tuple(
        one for place, one in enumerate(found) if all(one.takes != earlier.takes for earlier in found[:place])
    )


@dataclass(frozen=True, slots=True)
class _Best:
    """The best answer by one kind's prices, and before it the one with the fewest missing units."""

    frame: Frame
    found: Found
    missing: Found

    def allotment(self, problem: Problem, market: Market, kind: str) -> Allotment:
        units = {(wish, int(market.place[row])): count for (wish, row), count in self.given.items()}
        takes, short = takes_of(problem, units), short_of(problem, units)
        return Allotment(kind, takes, short, float(self.found.value), self.gap)

    @property
    def given(self) -> Given:
        return given_by(self.frame, self.found.units)

    @property
    def gap(self) -> float:
        """As `Allotment.gap`."""
        if not self.missing.is_proved:
            return 1.0
        if self.found.is_proved:
            return 0.0
        return min(1.0, 1.0 - self.found.least / self.found.value)


class _Solving:
    """One problem; what its kinds have in common is worked out once."""

    def __init__(self, problem: Problem, seconds: float) -> None:
        self.problem, self.seconds = problem, seconds
        self.market = Market.of(problem)

    @cached_property
    def _best(self) -> _Best:
        return self._solved(self.problem, filling(self.problem, self.market, self.seconds))

    def value(self) -> Allotment:
        return self._best.allotment(self.problem, self.market, VALUE)

    def uniform(self) -> Allotment:
        """Each wish as alike as it can be had for not much more, where that lets nothing more be missing."""
        value, stricter = self.value(), self._stricter()
        if stricter != self.problem:
            filled = filling(stricter, self.market, self.seconds)
            if filled.missing.value <= sum(value.short):
                found = self._solved(stricter, filled).allotment(stricter, self.market, UNIFORM)
                if found.price <= _most_spent(value, UNIFORM):
                    return found
        return replace(value, kind=UNIFORM)

    def lasting(self) -> Allotment:
        """The most years of use for the price of `MOST_DEARER` at most."""
        frame = Frame.of(self.problem, self.market, LASTING)
        best, value = self._best, self.value()
        limits = Limits(best.missing.value, _most_spent(value, LASTING))
        found = Search(frame, limits, by_option(frame, best.given)).run(self.seconds)
        return _Best(frame, found, best.missing).allotment(self.problem, self.market, LASTING)

    def _solved(self, problem: Problem, filled: Filling) -> _Best:
        """The best answer among those with the fewest missing units."""
        frame = Frame.of(problem, self.market, VALUE)
        start = by_option(frame, filled.given)
        found = Search(frame, Limits(filled.missing.value), start).run(self.seconds)
        return _Best(frame, found, filled.missing)

    def _stricter(self) -> Problem:
        """The problem with each wish as strict as its units, taken alone, can be had for not much more."""
        levels = [self._with(level) for level in UNIFORMITIES]
        least = [self._least_alone(problem) for problem in (*levels, self.problem)]
        dearer = 1 + MOST_DEARER[UNIFORM]
        wishes = []
        for wish, own in enumerate(self.problem.wishes):
            affordable = (
                level.wishes[wish]
                for level, alone in zip(levels, least, strict=False)
                if alone[wish] <= dearer * least[-1][wish] < np.inf
            )
            wishes.append(next(affordable, own))
        return replace(self.problem, wishes=tuple(wishes))

    def _with(self, level: str) -> Problem:
        """With each wish at this level, where it isn't stricter by itself."""
        order = UNIFORMITIES.index
        wishes = tuple(
            replace(demand, uniformity=min(level, demand.uniformity, key=order))
            for demand in self.problem.wishes
        )
        return replace(self.problem, wishes=wishes)

    def _least_alone(self, problem: Problem) -> Floats:
        """What each wish counts at least, parcels aside; endless where it can't be filled."""
        frame = Frame.of(problem, self.market, VALUE)
        whole = np.arange(len(frame.options))
        return bound(frame, whole, Multipliers.none(frame, Limits()), Limits()).of_wish


def _most_spent(value: Allotment, kind: str) -> int:
    return int(value.price * (1 + MOST_DEARER[kind]))
