"""Filters, and the exact count of every choice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from search.columns import EVERY, Cards, Choices, Ints, Mask, Offers, Passes
from search.kinds import Codes
from search.query import FACETS, Choice, Filters
from search.splice import Column
from search.state import State

Counts = dict[str, tuple[tuple[Choice, int], ...]]


@dataclass(frozen=True, slots=True)
class Selected:
    """Cards that pass every filter, and the offer that `shows` each.

    `facets`: for each facet how many cards each choice would give: its own choices are left out of its count.
    `at_any_price`: the offers that would show cards if no price were asked.
    """

    cards: Ints
    shows: Ints
    facets: Counts
    at_any_price: Ints


def select(state: State, filters: Filters, candidates: Ints | None) -> Selected:
    """Filter the candidate cards (None: all), and count."""
    cards, offers = state.cards, state.offers
    sorts = _Sorts(state, filters, cards.kind if candidates is None else cards.kind[candidates])
    own = sorts.near_among(candidates)
    passes = _passing(offers, filters)
    shows = cards.shown_by(own, passes)
    fitting = sorts.fitting()
    shown = None if passes is None else shows >= 0
    place = fitting if shown is None else _both(fitting, shown)
    return Selected(
        cards=own[place],
        shows=shows[place],
        facets=sorts.counts(shown),
        at_any_price=(
            _at_any_price(cards, offers, filters, own[fitting])
            if "price" in filters.active()
            else shows[place]
        ),
    )


def _both(places: Ints | slice, wanted: Mask) -> Ints:
    if isinstance(places, slice):
        return wanted.nonzero()[0]
    return places[wanted[places].nonzero()[0]]


class _Sorts:
    """The candidates sorted by kind. Fewer of them than there are kinds: each is a sort of its own.

    `near`: the places of those that fail one facet at most. A card that fails two counts for nothing.
    """

    def __init__(self, state: State, filters: Filters, kind: Codes) -> None:
        self._choices, self._filters = state.choices, filters
        codes = state.kinds.codes
        few = len(kind) < len(codes["grade"])
        self._codes = {facet: codes[facet][kind] for facet in FACETS} if few else codes
        self._failing = {
            facet: _fails(self._codes[facet], state.choices[facet], filters.chosen(facet))
            for facet in FACETS
            if filters.chosen(facet)
        }
        self._failures = np.zeros(len(self._codes["grade"]), np.int8)
        for mask in self._failing.values():
            self._failures += mask
        of_card: Codes = np.arange(len(kind)) if few else kind
        self.near: Ints | slice = EVERY
        if len(self._failing) > 1:
            self.near = (self._failures <= 1)[of_card].nonzero()[0]
        # Of those that are near.
        self._of_card = of_card[self.near]

    def near_among(self, candidates: Ints | None) -> Ints:
        """The cards that are near."""
        if candidates is not None:
            return candidates[self.near]
        return np.arange(len(self._of_card)) if isinstance(self.near, slice) else self.near

    def fitting(self) -> Ints | slice:
        """The places, among those that are near, of the candidates that fail no facet."""
        return (self._failures == 0)[self._of_card].nonzero()[0] if self._failing else EVERY

    def counts(self, shown: Mask | None) -> Counts:
        """Of each facet. A card that fails exactly one facet counts for that facet's choices."""
        of_card = self._of_card if shown is None else self._of_card[shown.nonzero()[0]]
        numbers = np.bincount(of_card, minlength=len(self._failures))
        present = numbers.nonzero()[0]
        numbers, failures = numbers[present], self._failures[present]
        counts = {}
        for facet in FACETS:
            codes, each = self._codes[facet][present], numbers
            if self._failing:
                alone = failures == (self._failing[facet][present] if facet in self._failing else 0)
                alone = alone.nonzero()[0]
                codes, each = codes[alone], each[alone]
            # Sums of whole numbers: exact as floats.
            summed = np.bincount(codes, each).astype(np.int64)
            counts[facet] = _in_order(facet, summed, self._choices[facet], self._filters.chosen(facet))
        return counts


def _at_any_price(cards: Cards, offers: Offers, filters: Filters, fitting: Ints) -> Ints:
    shows = cards.shown_by(fitting, _passing(offers, filters.dropping("price")))
    return shows if filters.battery_min is None else shows[(shows >= 0).nonzero()[0]]


def _passing(offers: Offers, filters: Filters) -> Passes | None:
    """Tells of places in `offers` which satisfy price and battery; None where nothing is asked."""
    # Unknown is -1: it fails even a minimum of 0.
    battery = None if filters.battery_min is None else max(filters.battery_min, 0)
    limits: tuple[tuple[Column, np.ufunc, int | None], ...] = (
        (offers.price, np.greater_equal, filters.min_price),
        (offers.price, np.less_equal, filters.max_price),
        (offers.battery, np.greater_equal, battery),
    )
    asked = [(column, compare, limit) for column, compare, limit in limits if limit is not None]
    if not asked:
        return None

    def passes(places: Ints | slice) -> Mask:
        return np.logical_and.reduce([compare(column[places], limit) for column, compare, limit in asked])

    return passes


def _fails(codes: Codes, choices: Choices, chosen: tuple[Choice, ...]) -> Mask:
    unwanted = np.ones(len(choices.values) + 1, dtype=bool)
    unwanted[choices.known(chosen)] = False
    return unwanted[codes]


def _in_order(
    facet: str, numbers: Ints, choices: Choices, chosen: tuple[Choice, ...]
) -> tuple[tuple[Choice, int], ...]:
    """Choices with cards, and those that are chosen even if they have none.

    Grades in the shop's order, storage ascending, the others by count, then name.
    """
    codes = numbers.nonzero()[0]
    counted = {
        choices.value(code): number
        for code, number in zip(codes.tolist(), numbers[codes].tolist(), strict=True)
        if code
    }
    counted |= {value: 0 for value in chosen if value not in counted}
    if facet == "grade":
        order = {value: place for place, value in enumerate(choices.values)}
        return tuple(sorted(counted.items(), key=lambda item: order.get(item[0], len(order))))
    if facet == "storage":
        return tuple(sorted(counted.items(), key=lambda item: int(item[0])))
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], str(item[0]))))
