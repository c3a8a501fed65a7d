"""The search for the best answer over a frame: bounds and programs in turns, until nothing better can be left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .bounds import SLACK, Bound, Multipliers, bound
from .frame import NO_TIER, Frame, Limits
from .greedy import Given
from .market import Ints
from .program import Program

# How often multipliers are sought anew, and by how little the bound may rise for the next time to be worth it.
ROUNDS = 4
LEAST_RISE = 0.0005
# Of how many options a program is made: first of those that look best, for an answer to measure the others by; then of
# all that are left, where they are no more than so many.
FEW_OPTIONS, MOST_OPTIONS, MOST_SCARCE, MOST_FILLING = 400, 1_000, 1_200, 6_000
# So many options of each wish come in with each round, those first that a best answer may be nearest to.
FRESH = 40
# How far HiGHS searches: counts, so that the same question has the same answer on a slow machine. While options are
# left out, an answer this near to the best of the others will do.
NODES = 20
NEAR_ENOUGH = 0.002


@dataclass(frozen=True, slots=True)
class Found:
    """Units by option, what they count, and the least that any answer counts."""

    units: Ints
    value: int
    least: float

    @property
    def is_proved(self) -> bool:
        """Whether there is nothing better: all that counts is whole."""
        return self.least > self.value - 1 + SLACK


def counted(frame: Frame, limits: Limits, units: Ints) -> int:
    """What the units (by option) count in the frame."""
    if limits.count_short:
        return int(frame.units.sum() - units.sum())
    used = np.flatnonzero(units)
    keys = len(np.unique(frame.options.key[used]))
    parcels = len(np.unique(frame.link_parcel[frame.options.link[used]]))
    goods = int((frame.options.cost[used] * units[used]).sum())
    return goods + keys * frame.key_price + parcels * frame.parcel_price


def by_option(frame: Frame, given: Given) -> Ints:
    """Units by option, each seller's at the best tier that they come to."""
    options, tiers = frame.options, len(frame.tier_from) + 1
    codes = (options.wish * len(frame.stock) + options.supply) * tiers + options.tier
    order = np.argsort(codes, kind="stable")
    units = np.zeros(len(options), np.int64)
    if not given:
        return units
    wish, supply = np.array(list(given), np.int64).T
    count = np.array(list(given.values()), np.int64)
    plain = order[np.searchsorted(codes[order], (wish * len(frame.stock) + supply) * tiers + NO_TIER)]
    seller = options.seller[plain]
    sold = np.bincount(seller, weights=count, minlength=len(frame.room))
    best = np.array([_best_tier(frame, number, units) for number, units in enumerate(sold)], np.int64)[seller]
    at = np.searchsorted(codes[order], (wish * len(frame.stock) + supply) * tiers + best)
    units[order[at]] = count
    return units


def given_by(frame: Frame, units: Ints) -> Given:
    """The other way round: of each supply for each wish, by whichever tiers."""
    given: Given = {}
    for row in np.flatnonzero(units).tolist():
        pair = int(frame.options.wish[row]), int(frame.options.supply[row])
        given[pair] = given.get(pair, 0) + int(units[row])
    return given


def _best_tier(frame: Frame, seller: int, units: float) -> int:
    reached = np.flatnonzero((frame.tier_seller == seller) & (frame.tier_from <= units))
    return int(reached[np.argmax(frame.tier_percent[reached])]) if len(reached) else NO_TIER


class Search:
    """Narrows `alive`, the options (rows of the frame) that a better answer than `best` may use."""

    def __init__(self, frame: Frame, limits: Limits, start: Ints) -> None:
        self.frame, self.limits = frame, limits
        self.best, self.value = start, counted(frame, limits, start)
        self.least = -np.inf
        self.alive = np.arange(len(frame.options), dtype=np.int64)
        self.latest = np.zeros(len(frame.options))
        # For each option the least that an answer with it counts.
        self.with_it = np.full(len(frame.options), -np.inf)

    def run(self, seconds: float) -> Found:
        """HiGHS may take so many seconds each of the two times that it is asked."""
        self._narrow()
        for most in self._sizes:
            if self._is_proved or (most == MOST_OPTIONS and len(self.alive) > most):
                break
            rows = self._nearest(most)
            left_out = np.setdiff1d(self.alive, rows)
            beyond = float(self.with_it[left_out].min(initial=np.inf))
            gap = NEAR_ENOUGH if len(left_out) else 0.0
            program = Program(self.frame, rows, self.limits)
            answer = program.solved(self.best, nodes=NODES, gap=gap, seconds=seconds)
            self._better(answer.units)
            self.least = max(self.least, min(answer.least, beyond))
            self._drop()
            if not len(left_out):
                break
        return Found(self.best, self.value, min(self.least, self.value))

    @property
    def _sizes(self) -> tuple[int, ...]:
        if self.limits.count_short:
            # Most of what there is must be in, and nothing has a price: it is quick.
            return (MOST_FILLING,)
        if self.limits.most_short:
            # The start was made to fill, at whatever price: there must be something to choose from.
            return (MOST_SCARCE,)
        return (FEW_OPTIONS, MOST_OPTIONS)

    @property
    def _is_proved(self) -> bool:
        return self.least > self.value - 1 + SLACK

    def _narrow(self) -> None:
        """Bounds, and multipliers from the relaxed program of the options that look best, in turns."""
        prices = Multipliers.none(self.frame, self.limits)
        working = np.flatnonzero(self.best)
        for _ in range(ROUNDS):
            before = self.least
            found = bound(self.frame, self.alive, prices, self.limits)
            self._take_up(found)
            small = 0 <= found.least - before < LEAST_RISE * abs(self.value)
            if self._is_proved or small:
                return
            working = np.union1d(working[np.isin(working, self.alive)], self._freshest())
            relaxed = Program(self.frame, working, self.limits).relaxed()
            if relaxed is None:
                return
            prices = relaxed

    def _take_up(self, found: Bound) -> None:
        self.least = max(self.least, found.least)
        self.with_it[self.alive] = np.maximum(self.with_it[self.alive], found.with_it)
        self.latest = found.with_it
        self._drop()

    def _drop(self) -> None:
        keep = (self.with_it[self.alive] <= self.value - 1 + SLACK) | (self.best[self.alive] > 0)
        self.alive, self.latest = self.alive[keep], self.latest[keep]

    def _freshest(self) -> Ints:
        """Of each wish the options nearest to a best answer, by the latest bound."""
        wish = self.frame.options.wish[self.alive]
        order = np.lexsort((self.alive, self.latest, wish))
        begins = np.searchsorted(wish[order], np.arange(len(self.frame.units)))
        place = np.arange(len(order)) - begins[wish[order]]
        return self.alive[order[place < FRESH]]

    def _nearest(self, most: int) -> Ints:
        """The options that a best answer may be nearest to, those of the best one known among them."""
        if len(self.alive) <= most:
            return self.alive
        order = np.lexsort((self.alive, self.with_it[self.alive], self.best[self.alive] == 0))
        return np.sort(self.alive[order[:most]])

    def _better(self, units: Ints | None) -> None:
        if units is None or (units < 0).any():
            return
        units = by_option(self.frame, given_by(self.frame, units))
        value = counted(self.frame, self.limits, units)
        if value < self.value and is_allowed(self.frame, self.limits, units):
            self.best, self.value = units, value


def is_allowed(frame: Frame, limits: Limits, units: Ints) -> bool:
    """Whether the units keep every bound: HiGHS counts in floats, and we don't take its word for it."""
    options = frame.options
    used = np.flatnonzero(units)

    def within(number: Ints, most: Ints) -> bool:
        return bool((np.bincount(number[used], weights=units[used], minlength=len(most)) <= most).all())

    keys = np.unique(options.key[used], return_index=True)[1]
    of_wish = np.bincount(options.wish[used][keys], minlength=len(frame.units))
    in_tier = used[options.tier[used] != NO_TIER]
    sold = np.bincount(options.tier[in_tier], weights=units[in_tier], minlength=len(frame.tier_from))
    missing = int(frame.units.sum() - units.sum())
    spent = int((options.price[used] * units[used]).sum())
    return (
        within(options.wish, frame.units)
        and within(options.supply, frame.stock)
        and within(options.seller, frame.room)
        and bool((of_wish[frame.single] <= 1).all())
        and bool(((sold == 0) | (sold >= frame.tier_from)).all())
        and (limits.count_short or missing <= limits.most_short)
        and (limits.most_spent is None or spent <= limits.most_spent)
    )
