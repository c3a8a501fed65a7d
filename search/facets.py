"""Filters, and the exact count of every choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from search.columns import Cards, Choices, Ints, Mask, Offers
from search.query import FACETS, Choice, Filters


@dataclass(frozen=True, slots=True)
class Counted:
    """`cards` that pass everything, the place in Offers of the offer that `shows` each, and the counts."""

    cards: Ints
    shows: Ints
    place: Ints  # where each card stood among the candidates
    facets: Mapping[str, tuple[tuple[Choice, int], ...]]


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


def count(
    cards: Cards, offers: Offers, choices: Mapping[str, Choices], filters: Filters, candidates: Ints | None
) -> Counted:
    """Filter the candidate cards (None: all) and count each facet without its own choices."""
    featured = cards.featured(offers_passing(offers, filters))
    number = np.arange(len(featured)) if candidates is None else candidates
    shows = featured[number]
    place = np.flatnonzero(shows >= 0)
    number, shows = number[place], shows[place]
    failing = {
        facet: _fails(cards.codes[facet][number], choices[facet], filters.chosen(facet))
        for facet in FACETS
        if filters.chosen(facet)
    }
    failures = np.zeros(len(number), dtype=np.int8)
    for mask in failing.values():
        failures += mask
    passing = failures == 0
    counts = {}
    for facet in FACETS:
        counted = passing | ((failures == 1) & failing[facet]) if facet in failing else passing
        codes = cards.codes[facet][number[counted]] if failing else cards.codes[facet][number]
        counts[facet] = _tally(facet, codes, choices[facet], filters.chosen(facet))
    return Counted(number[passing], shows[passing], place[passing], counts)


def _fails(codes: np.ndarray, choices: Choices, chosen: tuple[Choice, ...]) -> Mask:
    wanted = np.zeros(len(choices.values) + 1, dtype=bool)  # the last place stands for code -1
    wanted[choices.known(chosen)] = True
    fails: Mask = ~wanted[codes]
    return fails


def _tally(
    facet: str, codes: np.ndarray, choices: Choices, chosen: tuple[Choice, ...]
) -> tuple[tuple[Choice, int], ...]:
    """Choices with cards, and those that are chosen even if they have none.

    Grades in the shop's order, storage ascending, the others by count, then name.
    """
    values = choices.values[:]
    tally = np.bincount(codes + 1, minlength=len(values) + 1)[1:].tolist()
    counted = {value: number for value, number in zip(values, tally, strict=False) if number}
    counted |= {value: 0 for value in chosen if value not in counted}
    if facet == "grade":
        order = {value: place for place, value in enumerate(values)}
        return tuple(sorted(counted.items(), key=lambda item: order.get(item[0], len(order))))
    if facet == "storage":
        return tuple(sorted(counted.items(), key=lambda item: int(item[0])))
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], str(item[0]))))
