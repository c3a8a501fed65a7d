"""Filters, and the exact count of every choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.columns import Cards, Choices, Codes, Ints, Mask, Offers
from search.query import FACETS, Choice, Filters


@dataclass(frozen=True, slots=True)
class Selected:
    """Cards that pass every filter, and which candidates fail a facet.

    `cards`, the place in Offers of the offer that `shows` each, and its `place` among the candidates. Of all
    cards with an offer that passes, `among`: how many facets each fails, and which fail a certain facet.
    """

    cards: Ints
    shows: Ints
    place: Ints
    among: Ints | slice
    failures: NDArray[np.int8]
    failing: Mapping[str, Mask]


def offers_passing(offers: Offers, filters: Filters) -> Mask | None:
    """Which offers satisfy price and battery; None where nothing is asked."""
    mask: Mask | None = None
    if filters.min_price is not None:
        mask = offers.price >= filters.min_price
    if filters.max_price is not None:
        below = offers.price <= filters.max_price
        mask = below if mask is None else mask & below
    if filters.battery_min is not None:
        # Unknown is -1: it fails even a minimum of 0.
        enough = offers.battery >= max(filters.battery_min, 0)
        mask = enough if mask is None else mask & enough
    return mask


def select(
    cards: Cards, offers: Offers, choices: Mapping[str, Choices], filters: Filters, candidates: Ints | None
) -> Selected:
    """Filter the candidate cards (None: all)."""
    passing_offers = offers_passing(offers, filters)
    featured = cards.featured(passing_offers)
    shows = featured if candidates is None else featured[candidates]
    place = np.arange(len(shows)) if passing_offers is None else np.flatnonzero(shows >= 0)
    among = place if candidates is None else candidates[place]
    # Without an index there is nothing to copy.
    where: Ints | slice = slice(None) if len(among) == len(cards.product) else among
    failing = {
        facet: _fails(cards.codes[facet][where], choices[facet], filters.chosen(facet))
        for facet in FACETS
        if filters.chosen(facet)
    }
    failures = np.zeros(len(among), dtype=np.int8)
    for mask in failing.values():
        failures += mask
    if failing:
        passing = np.flatnonzero(failures == 0)
        place, among = place[passing], among[passing]
    return Selected(among, shows[place], place, where, failures, failing)


def tally(
    cards: Cards, choices: Mapping[str, Choices], filters: Filters, selected: Selected
) -> dict[str, tuple[tuple[Choice, int], ...]]:
    """For each facet how many cards each choice would give: its own choices are left out of its count."""
    counts = {}
    for facet in FACETS:
        codes = cards.codes[facet]
        if facet in selected.failing:
            others_pass = selected.failures == selected.failing[facet]
            codes = codes[selected.among][others_pass]
        else:
            codes = codes[selected.cards] if selected.failing else codes[selected.among]
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
