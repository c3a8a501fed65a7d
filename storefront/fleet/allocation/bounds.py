"""What no answer can be below, and which options can't be in a better one: by Lagrange's multipliers (ADR 18)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .frame import Frame, Limits
from .market import Floats, Ints

# Sums of floats are off by less than this; all that counts is whole minor units.
SLACK = 0.01


@dataclass(frozen=True, slots=True)
class Multipliers:
    """The price of each bound that units share, not negative.

    One for each of `stock`, `room`, `link` (the most units of a wish in a parcel) and `tier_least` (the units that a
    tier begins with); one for each option of `parcel`, `tier` and `key` (that these must be there for its units; of
    `key` nan where nobody knows). One for all is missing and for what is spent.
    """

    stock: Floats
    room: Floats
    link: Floats
    tier_least: Floats
    parcel: Floats
    tier: Floats
    key: Floats
    short: float = 0.0
    spent: float = 0.0

    @classmethod
    def none(cls, frame: Frame, limits: Limits) -> Multipliers:
        """To begin with: nothing is scarce, and what is missing counts more than any unit does."""
        dearest = float(frame.options.cost.max(initial=0)) + frame.key_price + frame.parcel_price
        each = np.zeros(len(frame.options))
        return cls(
            stock=np.zeros(len(frame.stock)),
            room=np.zeros(len(frame.room)),
            link=np.zeros(len(frame.link_cap)),
            tier_least=np.zeros(len(frame.tier_from)),
            parcel=each,
            tier=each,
            key=np.full(len(each), np.nan),
            short=2 * dearest if limits.most_short else 0.0,
        )


@dataclass(frozen=True, slots=True)
class Bound:
    """No answer is below `least`, and none that uses an option is below that option's `with_it`.

    `of_wish` is each wish's part of it.
    """

    least: float
    with_it: Floats
    of_wish: Floats


def bound(frame: Frame, alive: Ints, prices: Multipliers, limits: Limits) -> Bound:
    """Over the options in the rows `alive`, for whatever multipliers: good ones give a high bound."""
    options = frame.options.at(alive)
    counted, shares = _counted(frame, alive, prices), _shares(frame, alive, prices)
    missing = _price_of_missing(prices, limits)
    of_wish, above = np.zeros(len(frame.units)), np.zeros(len(alive))
    order = np.argsort(options.wish, kind="stable")
    ends = np.searchsorted(options.wish[order], np.arange(len(frame.units) + 1))
    for wish in range(len(frame.units)):
        rows = order[ends[wish] : ends[wish + 1]]
        part = _WishPart(
            units=int(frame.units[wish]),
            single=bool(frame.single[wish]),
            key=options.key[rows],
            cost=counted[rows],
            most=options.most[rows],
            share=shares[rows],
            key_price=frame.key_price,
            missing=missing,
        )
        of_wish[wish], with_it = part.bounds()
        above[rows] = with_it - of_wish[wish] if np.isfinite(of_wish[wish]) else 0.0
    parcels, tiers = _left_of_parcels(frame, prices), np.append(_left_of_tiers(frame, prices), 0.0)
    least = float(of_wish.sum() + np.minimum(0.0, parcels).sum() + np.minimum(0.0, tiers).sum())
    least -= _allowed(frame, prices, limits)
    # Whoever uses the option pays for its parcel and keeps to its tier, whatever is left of their prices.
    above += np.maximum(0.0, parcels)[frame.link_parcel[options.link]] + np.maximum(0.0, tiers)[options.tier]
    return Bound(least, least + above, of_wish)


def _counted(frame: Frame, alive: Ints, prices: Multipliers) -> Floats:
    """What a unit of each option counts when it pays for all that it shares with other wishes."""
    options = frame.options.at(alive)
    return (
        options.cost
        + prices.stock[options.supply]
        + prices.room[options.seller]
        + prices.link[options.link]
        + prices.parcel[alive]
        + prices.tier[alive]
        - np.append(prices.tier_least, 0.0)[options.tier]
        + prices.spent * options.price
    )


def _shares(frame: Frame, alive: Ints, prices: Multipliers) -> Floats:
    """What a unit of each option pays of its key's price, so that all together never pay more than that."""
    key, most = frame.options.key, frame.options.most
    paid = np.bincount(key, weights=np.nan_to_num(prices.key) * most, minlength=len(frame.key_cap))
    fair = np.minimum(1.0, frame.key_price / np.maximum(paid, 1e-9))
    alike = frame.key_price / np.maximum(frame.key_cap, 1)
    # A key that the multipliers know nothing of is shared by its units alike.
    known = paid[key[alive]] > 0
    return np.where(known, np.nan_to_num(prices.key[alive]) * fair[key[alive]], alike[key[alive]])


def _price_of_missing(prices: Multipliers, limits: Limits) -> float:
    if not limits.allows_short:
        return np.inf
    return 1.0 if limits.count_short else prices.short


def _left_of_parcels(frame: Frame, prices: Multipliers) -> Floats:
    """Of each parcel's price, what its units don't pay by the multipliers (below 0: what they pay beyond it)."""
    options = frame.options
    of_links = np.bincount(frame.link_parcel, weights=prices.link * frame.link_cap, minlength=frame.parcels)
    of_units = np.bincount(
        frame.link_parcel[options.link], weights=prices.parcel * options.most, minlength=frame.parcels
    )
    return np.asarray(frame.parcel_price - of_links - of_units)


def _left_of_tiers(frame: Frame, prices: Multipliers) -> Floats:
    options, tiers = frame.options, len(frame.tier_from)
    of_units = np.bincount(options.tier + 1, weights=prices.tier * options.most, minlength=tiers + 1)[1:]
    return np.asarray(frame.tier_from * prices.tier_least - of_units)


def _allowed(frame: Frame, prices: Multipliers, limits: Limits) -> float:
    """What the bounds allow, by their prices."""
    allowed = float(prices.stock @ frame.stock + prices.room @ frame.room)
    if not limits.count_short:
        allowed += prices.short * limits.most_short
    if limits.most_spent is not None:
        allowed += prices.spent * limits.most_spent
    return allowed


@dataclass(frozen=True, slots=True)
class _WishPart:
    """One wish by itself, an entry for each option."""

    units: int
    single: bool
    key: Ints
    cost: Floats
    most: Ints
    share: Floats
    key_price: float
    missing: float

    def bounds(self) -> tuple[float, Floats]:
        """The least that the wish counts, and the least with each option in it.

        Of one key so many units are taken as is best, at their own prices and that of the key; the rest of units as
        if each paid for its share of its key only. Where all must be alike the rest is missing.
        """
        nothing = self.units * self.missing if self.units else 0.0
        if not len(self.key):
            return nothing, np.zeros(0)
        order = np.lexsort((self.cost, self.key))
        begins = np.flatnonzero(np.append(True, np.diff(self.key[order]) > 0))
        group = np.cumsum(np.bincount(begins, minlength=len(order))) - 1
        rest = self._rest()
        run = _Run.of(self.cost[order], self.most[order], begins, group, self.units)
        whole = self.key_price + np.minimum.reduceat(run.best(self.units, rest, at_least=1), begins)
        others = np.minimum.reduceat(run.best(self.units - 1, rest, at_least=0), begins)
        with_it = np.empty(len(order))
        with_it[order] = np.maximum(whole[group], self.key_price + self.cost[order] + others[group])
        return min(nothing, float(whole.min())), with_it

    def _rest(self) -> Floats:
        """The prices of the cheapest units, as many as are asked for, each with its share of its key's price."""
        if self.single:
            return np.full(self.units, self.missing)
        shared = self.cost + self.share
        order = np.argsort(shared, kind="stable")
        enough = int(np.searchsorted(np.cumsum(self.most[order]), self.units)) + 1
        cheapest = np.repeat(shared[order[:enough]], self.most[order[:enough]])[: self.units]
        lacking = np.full(self.units - len(cheapest), np.inf)
        return np.minimum(np.concatenate([cheapest, lacking]), self.missing)


@dataclass(frozen=True, slots=True)
class _Run:
    """The units of each key one after another, the cheapest first: option by option from which unit to which."""

    cost: Floats
    begin: Ints
    end: Ints
    before: Floats

    @classmethod
    def of(cls, cost: Floats, most: Ints, begins: Ints, group: Ints, units: int) -> _Run:
        so_far = np.cumsum(most) - most
        begin = so_far - so_far[begins][group]
        end = np.minimum(begin + most, units)
        begin = np.minimum(begin, units)
        spent = np.cumsum((end - begin) * cost) - (end - begin) * cost
        return cls(cost, begin, end, spent - spent[begins][group])

    def best(self, units: int, rest: Floats, *, at_least: int) -> Floats:
        """For each option the least that `units` units count, the key's own ending within the option's, and the rest
        priced by `rest` (ascending). Both parts are convex: the best end is where the next of the rest is cheaper.
        """
        of_rest = np.concatenate([[0.0], np.cumsum(rest)])
        cheaper = np.searchsorted(rest, self.cost, side="left")
        low, high = np.maximum(self.begin, at_least), np.minimum(self.end, units)
        end = np.maximum(np.minimum(units - cheaper, high), low)
        possible = low <= high
        end = np.where(possible, end, 0)
        total = self.before + (end - self.begin) * self.cost + of_rest[np.clip(units - end, 0, len(rest))]
        return np.where(possible, total, np.inf)
