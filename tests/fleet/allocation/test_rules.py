"""Prices and discounts."""

import pytest

from storefront.fleet.allocation.rules import Tier, percent_for, reduced


@pytest.mark.parametrize(
    ("minor", "percent", "expected"),
    [(990, 5, 941), (1_000, 5, 950), (1, 50, 1), (999, 0, 999), (10_010, 5, 9_510)],
)
def test_halves_are_rounded_up(minor, percent, expected):
    assert reduced(minor, percent) == expected


@pytest.mark.parametrize(("units", "percent"), [(9, 0), (10, 3), (29, 3), (30, 6), (500, 6)])
def test_the_best_tier_that_is_reached_counts(units, percent):
    assert percent_for((Tier(10, 3), Tier(30, 6)), units) == percent
