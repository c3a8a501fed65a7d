"""Truth tables of the network: who is shown, what may be done, how far, in what order, at what price."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.repair.network import rules
from storefront.repair.network.rules import Box, Point, kilometres

TODAY = date(2026, 3, 2)
NANTES, PARIS, LYON = Point(47.2184, -1.5536), Point(48.8566, 2.3522), Point(45.764, 4.8357)
LATS, LONS = st.floats(-90, 90), st.floats(-180, 180)
POINTS = st.builds(Point, LATS, LONS)


@pytest.mark.parametrize(
    ("standing", "until", "shown"),
    [
        ("verified", TODAY + timedelta(days=1), True),
        ("verified", TODAY, True),
        ("verified", TODAY - timedelta(days=1), False),
        ("verified", None, False),
        ("applied", TODAY + timedelta(days=1), False),
        ("listed", TODAY + timedelta(days=1), False),
        ("suspended", TODAY + timedelta(days=1), False),
        ("refused", TODAY + timedelta(days=1), False),
    ],
)
def test_who_is_shown(standing: str, until: date | None, shown: bool) -> None:
    assert rules.is_shown(standing, until, TODAY) is shown


@pytest.mark.parametrize(
    ("standing", "moves"),
    [
        ("applied", ("verify", "refuse")),
        ("listed", ("verify",)),
        ("verified", ("suspend", "renew")),
        ("suspended", ("restore",)),
        ("refused", ("verify",)),
    ],
)
def test_what_may_be_done(standing: str, moves: tuple[str, ...]) -> None:
    assert rules.moves_from(standing) == moves


def test_every_move_begins_and_leads_somewhere() -> None:
    assert set(rules.MOVES_FROM) == set(rules.MOVES_TO) == set(rules.MOVES)
    assert set(rules.MOVES_TO.values()) <= set(rules.STANDINGS)


@pytest.mark.parametrize(
    ("move", "until", "after"),
    [
        ("verify", None, TODAY + rules.VERIFIED_FOR),
        ("verify", TODAY - timedelta(days=9), TODAY + rules.VERIFIED_FOR),
        # Renewed early, late, and on the day.
        ("renew", TODAY + timedelta(days=20), TODAY + timedelta(days=20) + rules.VERIFIED_FOR),
        ("renew", TODAY - timedelta(days=20), TODAY + rules.VERIFIED_FOR),
        ("renew", TODAY, TODAY + rules.VERIFIED_FOR),
        ("suspend", TODAY + timedelta(days=20), TODAY + timedelta(days=20)),
        ("restore", TODAY + timedelta(days=20), TODAY + timedelta(days=20)),
        ("refuse", None, None),
    ],
)
def test_until_when_a_verification_counts(move: str, until: date | None, after: date | None) -> None:
    assert rules.verified_until_after(move, until, TODAY) == after


def test_the_labels_proof_is_asked_for_where_one_is_claimed() -> None:
    assert rules.checks_of(bonus_label=True) == ("register", "insurance", "address", "prices", "bonus")
    assert rules.checks_of(bonus_label=False) == ("register", "insurance", "address", "prices")


@pytest.mark.parametrize(
    ("a", "b", "away"),
    [
        (NANTES, NANTES, 0.0),
        (NANTES, PARIS, 342.8),
        (PARIS, LYON, 391.5),
        (Point(0, 0), Point(0, 180), math.pi * rules.EARTH_KM),
        (Point(90, 0), Point(-90, 0), math.pi * rules.EARTH_KM),
        (Point(0, 179.5), Point(0, -179.5), 111.2),
    ],
)
def test_distances(a: Point, b: Point, away: float) -> None:
    assert kilometres(a, b) == pytest.approx(away, rel=0.002, abs=1e-6)
    assert kilometres(b, a) == pytest.approx(kilometres(a, b))


def is_in(box: Box, point: Point) -> bool:
    return box.south <= point.lat <= box.north and any(low <= point.lon <= high for low, high in box.lons)


def naive_kilometres(a: Point, b: Point) -> float:
    """By the angle between two directions from the middle of the earth."""
    one, other = (
        np.array(
            [
                math.cos(math.radians(p.lat)) * math.cos(math.radians(p.lon)),
                math.cos(math.radians(p.lat)) * math.sin(math.radians(p.lon)),
                math.sin(math.radians(p.lat)),
            ]
        )
        for p in (a, b)
    )
    return rules.EARTH_KM * math.atan2(float(np.linalg.norm(np.cross(one, other))), float(one @ other))


@given(POINTS, POINTS)
def test_distances_are_those_of_a_ball(a: Point, b: Point) -> None:
    assert kilometres(a, b) == pytest.approx(naive_kilometres(a, b), abs=1e-3)


@given(POINTS, st.sampled_from(rules.STEPS_KM), st.floats(0, 360), st.floats(0, 1))
def test_boxes_hold_the_circle_and_lie_within_it(
    middle: Point, radius: float, bearing: float, share: float
) -> None:
    """Points that are known to be within the circle, or at any place near it."""
    angle, turn = share * 1.5 * radius / rules.EARTH_KM, math.radians(bearing)
    lat = math.radians(middle.lat)
    sine = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(turn)
    other_lat = math.asin(max(-1.0, min(1.0, sine)))
    swing = math.atan2(
        math.sin(turn) * math.sin(angle) * math.cos(lat),
        math.cos(angle) - math.sin(lat) * math.sin(other_lat),
    )
    lon = (middle.lon + math.degrees(swing) + 180) % 360 - 180
    point = Point(math.degrees(other_lat), lon)
    away = kilometres(middle, point)

    if away <= radius * 0.999:
        assert is_in(Box.around(middle, radius), point)
    if is_in(Box.inside(middle, radius), point):
        assert away <= radius


@pytest.mark.parametrize(
    ("repairers", "order"),
    [
        # (id, kilometres away, stars): near before good, good before nearer, then the nearer, then the older.
        ([(1, 4.0, 5), (2, 0.5, 1)], [2, 1]),
        ([(1, 2.1, 3), (2, 4.9, 4)], [2, 1]),
        ([(1, 4.0, 3), (2, 3.0, 3)], [2, 1]),
        ([(2, 3.0, 3), (1, 3.0, 3)], [1, 2]),
        ([(1, 30.0, 1), (2, 21.0, 1), (3, 12.0, 1), (4, 34.0, 5)], [3, 4, 2, 1]),
    ],
)
def test_the_order_of_a_list(repairers: list[tuple[int, float, int]], order: list[int]) -> None:
    ids, away, stars = (np.array(column) for column in zip(*repairers, strict=True))
    assert ids[rules.nearest_first(ids, away, stars)].tolist() == order


@pytest.mark.parametrize(
    ("prices", "span"),
    [
        ([(5000, 6000)] * 3, (5000, 5500, 6000)),
        ([(5000, 6000)] * 10 + [(100, 999_900)], (5000, 5500, 6000)),
        ([(6000, 6000), (7000, 7000), (8000, 8000)], (6200, 7000, 7800)),
    ],
)
def test_a_range_of_prices_leaves_the_odd_ones_out(
    prices: list[tuple[int, int]], span: tuple[int, int, int]
) -> None:
    lows, highs = (np.array(column, dtype=float) for column in zip(*prices, strict=True))
    assert rules.price_span(lows, highs) == span


@given(st.lists(st.tuples(st.integers(1, 500_000), st.integers(0, 50_000)), min_size=1, max_size=40))
def test_a_range_of_prices_is_in_order_and_within_what_is_asked(prices: list[tuple[int, int]]) -> None:
    lows = np.array([low for low, _more in prices], dtype=float)
    highs = np.array([low + more for low, more in prices], dtype=float)
    low, median, high = rules.price_span(lows, highs)

    assert lows.min() - 1 <= low <= median <= high <= highs.max() + 1
