"""Filters, and the exact count of every choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from search.columns import Cards, Choices, Codes, Ints, Mask, Offers
from search.query import FACETS, Choice, Filters


@dataclass(frozen=True, slots=True)
class Selected:
    """Cards that pass every filter, by their `place` among the candidates, and the offer that `shows` each.

    `but_for`: for each facet that asks something, the cards that pass all the other filters. `at_any_price`: the
    offers that would show cards if no price were asked.
    """

    cards: Ints
    shows: Ints
    place: Ints
    but_for: Mapping[str, Ints]
    at_any_price: Ints


def select(
    cards: Cards, offers: Offers, choices: Mapping[str, Choices], filters: Filters, candidates: Ints | None
) -> Selected:
    """Filter the candidate cards (None: all)."""
    where: Ints | slice = slice(None) if candidates is None else candidates
    passes = _offers_passing(offers, filters)
    shows = cards.featured(passes)[where]
    failing = {
        facet: _fails(cards.codes[facet][where], choices[facet], filters.chosen(facet))
        for facet in FACETS
        if filters.chosen(facet)
    }
    failures = np.zeros(len(shows), dtype=np.int8)
    for mask in failing.values():
        failures += mask
    fitting = np.flatnonzero(failures == 0) if failing else np.arange(len(shows))
    shown = shows >= 0
    place = fitting if passes is None else fitting[np.flatnonzero(shown[fitting])]

    def card(places: Ints) -> Ints:
        return places if candidates is None else candidates[places]

    return Selected(
        cards=card(place),
        shows=shows[place],
        place=place,
        but_for={
            facet: card(np.flatnonzero(shown & (failures == fails))) for facet, fails in failing.items()
        },
        at_any_price=(
            _at_any_price(cards, offers, filters, card(fitting))
            if "price" in filters.active()
            else shows[place]
        ),
    )


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


def tally(
    cards: Cards, choices: Mapping[str, Choices], filters: Filters, selected: Selected
) -> dict[str, tuple[tuple[Choice, int], ...]]:
    """For each facet how many cards each choice would give: its own choices are left out of its count."""
    counts = {}
    for facet in FACETS:
        codes = cards.codes[facet]
        counted = selected.but_for.get(facet, selected.cards)
        if len(counted) < len(codes):
            codes = codes[counted]
        counts[facet] = _in_order(facet, codes, choices[facet], filters.chosen(facet))
    return counts


def _fails(codes: Codes, choices: Choices, chosen: tuple[Choice, ...]) -> Mask:
    unwanted = np.ones(len(choices.values) + 1, dtype=bool)
    unwanted[choices.known(chosen)] = False
    return unwanted[codes]


def _in_order(
    facet: str, codes: Codes, choices: Choices, chosen: tuple[Choice, ...]
) -> tuple[tuple[Choice, int], ...]:
    """Choices with cards, and those that are chosen even if they have none.

    Grades in the shop's order, storage ascending, the others by count, then name.
    """
    numbers = np.bincount(codes)
    counted = {choices.value(code): int(numbers[code]) for code in np.flatnonzero(numbers).tolist() if code}
    counted |= {value: 0 for value in chosen if value not in counted}
    if facet == "grade":
        order = {value: place for place, value in enumerate(choices.values)}
        return tuple(sorted(counted.items(), key=lambda item: order.get(item[0], len(order))))
    if facet == "storage":
        return tuple(sorted(counted.items(), key=lambda item: int(item[0])))
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], str(item[0]))))
