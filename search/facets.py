"""Filters, and the exact count of every choice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from search.columns import Cards, Choices, Ints, Mask, Offers
from search.kinds import Codes
from search.query import FACETS, Choice, Filters
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


EVERY = slice(None)


def select(state: State, filters: Filters, candidates: Ints | None) -> Selected:
    """Filter the candidate cards (None: all), and count."""
    cards = state.cards
    where = EVERY if candidates is None else candidates
    passes = _offers_passing(state.offers, filters)
    shows = cards.featured(passes)[where]
    sorts = _Sorts(state, filters, cards.kind[where])
    own = np.arange(len(shows)) if candidates is None else candidates
    fitting = sorts.fitting()
    shown = None if passes is None else shows >= 0
    place = fitting if shown is None else _both(fitting, shown)

    return Selected(
        cards=own[place],
        shows=shows[place],
        facets=sorts.counts(shown),
        at_any_price=(
            _at_any_price(cards, state.offers, filters, own[fitting])
            if "price" in filters.active()
            else shows[place]
        ),
    )


def _both(places: Ints | slice, wanted: Mask) -> Ints:
    if isinstance(places, slice):
        return np.flatnonzero(wanted)
    return places[np.flatnonzero(wanted[places])]


class _Sorts:
    """The candidates sorted by kind. Fewer of them than there are kinds: each is a sort of its own."""

    def __init__(self, state: State, filters: Filters, kind: Codes) -> None:
        self._choices, self._filters = state.choices, filters
        codes = state.kinds.codes
        few = len(kind) < len(codes["grade"])
        self._of_card: Codes = np.arange(len(kind)) if few else kind
        self._codes = {facet: codes[facet][kind] for facet in FACETS} if few else codes
        self._failing = {
            facet: _fails(self._codes[facet], state.choices[facet], filters.chosen(facet))
            for facet in FACETS
            if filters.chosen(facet)
        }
        self._failures = np.zeros(len(self._codes["grade"]), np.int8)
        for mask in self._failing.values():
            self._failures += mask

    def fitting(self) -> Ints | slice:
        """The places of the candidates that fail no facet."""
        return np.flatnonzero((self._failures == 0)[self._of_card]) if self._failing else EVERY

    def counts(self, shown: Mask | None) -> Counts:
        """Of each facet. A card that fails exactly one facet counts for that facet's choices."""
        of_card = self._of_card if shown is None else self._of_card[np.flatnonzero(shown)]
        numbers = np.bincount(of_card, minlength=len(self._failures))
        return {
            facet: _in_order(
                facet,
                self._numbers(facet, numbers),
                self._choices[facet],
                self._filters.chosen(facet),
            )
            for facet in FACETS
        }

    def _numbers(self, facet: str, numbers: Ints) -> Ints:
        """How many cards each code gives."""
        counted = np.flatnonzero((self._failures == self._failing.get(facet, 0)) & (numbers > 0))
        # Sums of whole numbers: exact as floats.
        return np.bincount(self._codes[facet][counted], numbers[counted]).astype(np.int64)


def _at_any_price(cards: Cards, offers: Offers, filters: Filters, fitting: Ints) -> Ints:
    shows = cards.featured(_offers_passing(offers, filters.dropping("price")))[fitting]
    return shows if filters.battery_min is None else shows[np.flatnonzero(shows >= 0)]


def _offers_passing(offers: Offers, filters: Filters) -> Mask | None:
    """Which offers satisfy price and battery; None where nothing is asked."""
    asked = []
    if filters.min_price is not None:
        asked.append(offers.price >= filters.min_price)
    if filters.max_price is not None:
        asked.append(offers.price <= filters.max_price)
    if filters.battery_min is not None:
        # Unknown is -1: it fails even a minimum of 0.
        asked.append(offers.battery >= max(filters.battery_min, 0))
    return np.logical_and.reduce(asked) if asked else None


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
    counted = {choices.value(code): int(numbers[code]) for code in np.flatnonzero(numbers).tolist() if code}
    counted |= {value: 0 for value in chosen if value not in counted}
    if facet == "grade":
        order = {value: place for place, value in enumerate(choices.values)}
        return tuple(sorted(counted.items(), key=lambda item: order.get(item[0], len(order))))
    if facet == "storage":
        return tuple(sorted(counted.items(), key=lambda item: int(item[0])))
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], str(item[0]))))
