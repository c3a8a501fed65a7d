"""The blend of relevance and value, and the order of a page."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.ranking import LAM, blend, contenders, contenders_by_tier, descending, first_places

relevances = st.floats(0.01, 100)
values = st.floats(0.001, 0.999)


def score(relevance: float, value: float) -> float:
    return float(blend(np.array([relevance]), np.array([value]))[0])


@pytest.mark.parametrize(
    ("relevance", "value", "expected"), [(8.0, 0.5, 7.0), (8.0, 1.0, 8.0), (8.0, 0.0, 6.0), (0.0, 0.9, 0.0)]
)
def test_the_blend(relevance: float, value: float, expected: float) -> None:
    assert score(relevance, value) == pytest.approx(expected)


@given(relevances, values, values)
def test_at_the_same_relevance_more_value_never_ranks_lower(
    relevance: float, less: float, more: float
) -> None:
    less, more = sorted((less, more))
    assert score(relevance, less) <= score(relevance, more)


@given(relevances, values, values)
def test_relevance_beyond_the_guard_cannot_be_overtaken(relevance: float, value: float, other: float) -> None:
    assert score(relevance * 1.001 / (1 - LAM), value) > score(relevance, other)


@given(relevances, values)
def test_a_score_never_exceeds_its_relevance(relevance: float, value: float) -> None:
    assert score(relevance, value) <= relevance


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1), st.integers(1, 8))
def test_the_first_places_are_those_of_a_full_sort(rows: list[tuple[int, int]], places: int) -> None:
    keys = (np.array([row[0] for row in rows]), np.array([row[1] for row in rows]))
    expected = sorted(range(len(rows)), key=lambda place: (*rows[place], place))[:places]
    assert first_places(keys, min(places, len(rows))).tolist() == expected


@given(
    st.lists(st.integers(0, 20), min_size=1).map(lambda steps: [step * 0.4e-6 for step in steps]),
    st.integers(1, 8),
)
def test_contenders_are_all_that_may_come_first(scores: list[float], places: int) -> None:
    among = contenders(np.array(scores), places)
    keys = descending(np.array(scores))
    last = sorted(keys)[min(places, len(scores)) - 1]
    assert set(np.flatnonzero(keys <= last)) <= set(among)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=1), st.integers(1, 8))
def test_a_higher_tier_goes_before_any_score(rows: list[tuple[int, int]], places: int) -> None:
    among = contenders_by_tier(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]), places)
    expected = sorted(range(len(rows)), key=lambda place: (-rows[place][0], -rows[place][1], place))[:places]
    assert set(expected) <= set(among.tolist())
    assert among.tolist() == sorted(set(among.tolist()))
