"""Risk: the upper 80 % quantile of what a seller's true bad rate may be, starting from the market's."""

from math import exp, lgamma, log

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storefront.sellers.rules import (
    OUTCOME_WEIGHTS,
    OUTCOMES,
    PRIOR_OF_AN_EMPTY_MARKET,
    PRIOR_STRENGTH,
    RISK_QUANTILE,
    Record,
    market_prior,
    risk,
    room_for,
    stars,
)

PRIOR = PRIOR_OF_AN_EMPTY_MARKET


def beta_share_below(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Numerical Recipes, 6.4)."""
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share_below(1 - x, b, a)
    tiny, c, d = 1e-300, 1.0, 1 / (1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 5000):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / ((1 + numerator * d) or tiny)
            c = (1 + numerator / c) or tiny
            fraction *= c * d
        if abs(c * d - 1) < 1e-12:
            break
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    return front * fraction / a


# Quantiles of Beta distributions that have a closed form: x**a for b = 1, 1 - (1 - x)**b for a = 1.
@pytest.mark.parametrize(
    ("a", "b", "quantile"),
    [
        (1.0, 1.0, 0.8),
        (1.0, 10.0, 1 - 0.2 ** (1 / 10)),
        (1.0, 500.0, 1 - 0.2 ** (1 / 500)),
        (7.0, 1.0, 0.8 ** (1 / 7)),
    ],
)
def test_the_quantile_where_it_has_a_closed_form(a, b, quantile):
    assert risk(Record(0, 0.0), (a, b)) == pytest.approx(quantile, rel=2e-3)


@given(
    finished=st.integers(0, 20_000),
    share=st.floats(0, 1),
    mean=st.floats(0.001, 0.5),
    strength=st.floats(*PRIOR_STRENGTH),
)
# A long and spotless record: its distribution lies far out, and was once cut off there.
@example(finished=17_293, share=0.0, mean=0.035, strength=25.0)
def test_four_fifths_of_the_distribution_lie_below(finished, share, mean, strength):
    prior = (mean * strength, (1 - mean) * strength)
    record = Record(finished, finished * share)
    found = risk(record, prior)
    below = beta_share_below(found, record.bad + prior[0], finished - record.bad + prior[1])
    assert below == pytest.approx(RISK_QUANTILE, abs=0.005)


@given(
    finished=st.integers(1, 20_000),
    bad=st.floats(0, 1),
    more=st.floats(0, 1),
    mean=st.floats(0.001, 0.5),
    strength=st.floats(*PRIOR_STRENGTH),
)
def test_more_bad_outcomes_never_lower_the_risk(finished, bad, more, mean, strength):
    prior = (mean * strength, (1 - mean) * strength)
    few, many = sorted((bad, more))
    assert risk(Record(finished, many * finished), prior) >= risk(Record(finished, few * finished), prior)


@given(finished=st.integers(0, 20_000), outcome=st.sampled_from(OUTCOMES))
def test_each_further_outcome_moves_the_risk_its_own_way(finished, outcome):
    """A good line lowers it, a defect raises it, by less the longer the record."""
    bad = finished * 0.04
    before = risk(Record(finished, bad), PRIOR)
    after = risk(Record(finished + 1, bad + OUTCOME_WEIGHTS[outcome]), PRIOR)
    assert (after > before) == (outcome != "good")


@pytest.mark.parametrize(("few", "many"), [(5, 5000), (1, 100), (20, 400)])
def test_a_few_perfect_orders_do_not_beat_many_good_ones(few, many):
    lucky = Record(few, 0.0)
    proven = Record(many, many * 0.01)
    assert risk(lucky, PRIOR) > risk(proven, PRIOR)


def test_newcomers_start_at_the_markets_prior():
    records = [Record(500, 500 * rate) for rate in (0.01, 0.02, 0.03, 0.05, 0.09)]
    prior = market_prior(records)
    newcomer = risk(Record(0, 0.0), prior)
    assert beta_share_below(newcomer, *prior) == pytest.approx(RISK_QUANTILE, abs=0.005)
    best, worst = risk(records[0], prior), risk(records[-1], prior)
    assert best < newcomer < worst


def test_many_orders_tell_the_true_rate():
    assert risk(Record(1_000_000, 30_000.0), PRIOR) == pytest.approx(0.03, rel=0.01)


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_risk_is_a_share(finished, share):
    assert 0 < risk(Record(finished, finished * share), PRIOR) < 1


def test_a_market_of_few_sellers_is_taken_to_be_an_ordinary_one():
    assert market_prior([]) == PRIOR_OF_AN_EMPTY_MARKET
    assert market_prior([Record(1000, 0.0)] * 4) == PRIOR_OF_AN_EMPTY_MARKET
    assert market_prior([Record(19, 19.0)] * 50) == PRIOR_OF_AN_EMPTY_MARKET


@pytest.mark.parametrize(("mean", "strength"), [(0.02, 60.0), (0.05, 30.0), (0.10, 120.0)])
def test_the_prior_is_found_again_in_a_market_drawn_from_it(mean, strength):
    random = np.random.default_rng(7)
    rates = random.beta(mean * strength, (1 - mean) * strength, 4000)
    records = [Record(800, float(random.binomial(800, rate))) for rate in rates]
    a, b = market_prior(records)
    assert a / (a + b) == pytest.approx(mean, rel=0.05)
    assert a + b == pytest.approx(strength, rel=0.15)


@pytest.mark.parametrize("rate", [0.0, 1.0, 0.03])
def test_no_odd_market_makes_newcomers_perfect_or_hopeless(rate):
    a, b = market_prior([Record(1000, 1000 * rate)] * 30)
    assert 0.001 <= a / (a + b) <= 0.5
    assert PRIOR_STRENGTH[0] <= a + b <= PRIOR_STRENGTH[1] + 1e-9
    assert 0 < risk(Record(0, 0.0), (a, b)) < 0.9


@pytest.mark.parametrize(
    ("seller_risk", "count"),
    [
        (0.0, 5),
        (0.015, 5),
        (0.0151, 4),
        (0.03, 4),
        (0.0301, 3),
        (0.06, 3),
        (0.0601, 2),
        (0.1, 2),
        (0.101, 1),
        (1.0, 1),
    ],
)
def test_stars(seller_risk, count):
    assert stars(seller_risk) == count


@pytest.mark.parametrize(
    ("standing", "open_units", "room"),
    [
        ("probation", 0, 20),
        ("probation", 18, 2),
        ("probation", 20, 0),
        # The cap was lowered, or the probation came later.
        ("probation", 50, 0),
        ("active", 50, None),
        ("suspended", 0, 0),
    ],
)
def test_how_much_more_a_seller_may_have_under_way(standing, open_units, room):
    assert room_for(standing, open_units=open_units, cap=20) == room
