"""The pure part of the catalogue: what a price is worth, why, and what things are called."""

import statistics
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from storefront.catalog.rules import (
    HARM,
    PRICE_FLOOR,
    Reason,
    Rival,
    by_value,
    cost,
    list_value,
    product_title,
    reason,
    slugify,
    storage_words,
    updates_state,
    usual_prices,
    value,
)
from storefront.sellers.rules import Record

PRICE = st.integers(1, 20_000_000_00)
USUAL = st.integers(1_00, 5_000_00)
RISK = st.floats(0.0001, 0.5)


def worth(price: float, usual: float, risk: float) -> float:
    return float(value(price, usual, risk))


def rivals(*offers: tuple[float, float], probation: tuple[int, ...] = ()) -> list[Rival]:
    """Rivals with ids from 1, from (price in euros, risk); ranked around their median."""
    prices = [round(price * 100) for price, _ in offers]
    usual = statistics.median(prices)
    return [
        Rival(n, price, risk, worth(price, usual, risk), n in probation, record=Record(1000, 1000 * risk))
        for n, (price, (_, risk)) in enumerate(zip(prices, offers, strict=True), 1)
    ]


def test_the_worked_example_of_cost():
    assert float(cost(300.0, 320.0, 0.03)) == pytest.approx(336.0)


@given(usual=USUAL)
def test_a_riskless_offer_at_the_usual_price_is_worth_one_half(usual):
    assert worth(usual, usual, 0.0) == pytest.approx(0.5)


@given(price=PRICE, usual=USUAL, risk=RISK)
def test_value_is_a_share(price, usual, risk):
    assert 0.0 <= worth(price, usual, risk) < 1.0


@given(price=PRICE, usual=USUAL, low=RISK, high=RISK)
def test_worse_quality_never_ranks_higher_at_the_same_price(price, usual, low, high):
    assume(low <= high)
    assert worth(price, usual, low) >= worth(price, usual, high)


@given(low=PRICE, high=PRICE, usual=USUAL, risk=RISK)
def test_a_higher_price_never_ranks_higher_at_the_same_quality(low, high, usual, risk):
    assume(low <= high)
    assert worth(low, usual, risk) >= worth(high, usual, risk)


@given(share=st.floats(0.75, 3.0), more=st.floats(1.01, 2.0), usual=USUAL, risk=st.floats(0.001, 0.2))
def test_within_the_ordinary_both_count(share, more, usual, risk):
    """Not only never better: where prices are believable, dearer is worse and riskier is worse."""
    assert worth(share * usual, usual, risk) > worth(share * more * usual, usual, risk)
    assert worth(share * usual, usual, risk) > worth(share * usual, usual, risk * more)


@given(
    prices=st.lists(st.integers(1_00, 3_000_00), min_size=2, max_size=12),
    times=st.integers(2, 1000),
    data=st.data(),
)
def test_scaling_all_prices_changes_nothing(prices, times, data):
    risks = data.draw(st.lists(RISK, min_size=len(prices), max_size=len(prices)))
    cards = np.ones(len(prices), dtype=np.int64)

    def values(scale: int) -> list[float]:
        scaled = np.array(prices, dtype=np.float64) * scale
        return [float(v) for v in value(scaled, usual_prices(cards, scaled), np.array(risks))]

    assert values(times) == pytest.approx(values(1))


@given(usual=USUAL, risk=RISK, share=st.floats(0.001, PRICE_FLOOR))
def test_under_the_floor_being_cheaper_is_no_advantage(usual, risk, share):
    assert worth(usual * share, usual, risk) == pytest.approx(worth(usual * PRICE_FLOOR, usual, risk))


def in_list(price: float, usual: float, risk: float) -> float:
    return float(list_value(price, usual, risk))


@given(price=PRICE, usual=USUAL, low=RISK, high=RISK)
def test_in_a_list_worse_quality_never_ranks_higher_at_the_same_price(price, usual, low, high):
    assume(low <= high)
    assert in_list(price, usual, low) >= in_list(price, usual, high)


@given(low=PRICE, high=PRICE, usual=USUAL, risk=RISK)
def test_in_a_list_a_higher_price_never_ranks_higher_at_the_same_quality(low, high, usual, risk):
    assume(low <= high)
    assert in_list(low, usual, risk) >= in_list(high, usual, risk)


@given(price=PRICE, usual=USUAL, risk=RISK, times=st.integers(2, 1000))
def test_in_a_list_scaling_all_prices_changes_nothing(price, usual, risk, times):
    assert in_list(price * times, usual * times, risk) == pytest.approx(in_list(price, usual, risk))


def test_in_a_list_a_catch_never_stands_before_a_fair_deal_of_a_good_seller():
    assert in_list(70, 100, 0.05) < in_list(100, 100, 0.01) == in_list(100, 100, 0.015)


def test_the_worked_example_of_list_value():
    assert in_list(300, 320, 0.03) == pytest.approx(1 / (1 + (358.4 / 320) ** (1 / 0.15)))


def test_the_cheapest_bad_offer_does_not_come_first():
    """A catch at half the price, from a seller who fails every fourth buyer."""
    offers = rivals((160, 0.25), (310, 0.03), (320, 0.02), (335, 0.03))
    assert by_value(offers)[0].price == 320_00
    assert by_value(offers)[-1].price == 160_00


def test_but_a_cheap_good_one_does():
    offers = rivals((280, 0.02), (310, 0.03), (320, 0.02))
    assert by_value(offers)[0].price == 280_00


def test_what_a_safer_seller_may_cost_more_follows_from_the_harm():
    """(1 + 4 * 0.10) / (1 + 4 * 0.02) = 1.296: 29 % more is worth it, 30 % is not."""
    assert HARM == 4.0
    for percent, first in ((29, 2), (30, 1)):
        offers = rivals((1000, 0.10), (1000 + 10 * percent, 0.02))
        assert by_value(offers)[0].id == first


@given(st.lists(st.tuples(st.integers(50, 900), RISK), min_size=1, max_size=10))
def test_ties_break_by_price_then_id_and_the_order_is_one(offers):
    found = by_value(rivals(*offers))
    assert by_value(reversed(found)) == found
    for one, other in pairwise(found):
        assert (-one.value, one.price, one.id) < (-other.value, other.price, other.id)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 10**9)), max_size=40))
def test_usual_prices_are_medians(offers):
    cards = np.array([card for card, _ in offers], dtype=np.int64)
    prices = np.array([price for _, price in offers], dtype=np.float64)
    expected = [statistics.median(p for c, p in offers if c == card) for card, _ in offers]
    assert usual_prices(cards, prices).tolist() == expected


def test_the_worked_example_of_usual_prices():
    found = usual_prices(np.array([1, 1, 1, 2]), np.array([100.0, 300.0, 140.0, 90.0]))
    assert found.tolist() == [140.0, 140.0, 140.0, 90.0]


# Why an offer stands where it stands: (offers as price and risk, ids on probation, chosen id, reason).
REASONS = [
    ([(300, 0.03)], (), 1, Reason("only")),
    ([(300, 0.03)], (1,), 1, Reason("newcomer")),
    ([(300, 0.03), (310, 0.03)], (), 1, Reason("cheapest")),
    ([(300, 0.03), (300, 0.04)], (), 1, Reason("cheapest")),
    ([(300, 0.10), (309, 0.02)], (), 2, Reason("safer", 3, 5.0)),
    ([(300, 0.04), (300.5, 0.02)], (), 2, Reason("safer", 1, 2.0)),
    ([(300, 0.10), (309, 0.02)], (), 1, Reason("fits")),
    ([(300, 0.03), (310, 0.03)], (), 2, Reason("fits")),
    ([(300, 0.10), (309, 0.02)], (2,), 2, Reason("newcomer")),
    ([(300, 0.03), (310, 0.03)], (1,), 1, Reason("cheapest_newcomer")),
    ([(160, 0.25), (310, 0.03), (320, 0.02)], (), 3, Reason("far_safer", 100, 12.5)),
    ([(100, 0.03), (320, 0.03), (330, 0.03)], (), 1, Reason("cheapest")),
    ([(300, 0.10), (309, 0.02)], (1,), 2, Reason("value", 3)),
    ([(300, 0.10), (309, 0.02)], (1,), 1, Reason("fits")),
]


@pytest.mark.parametrize(("offers", "probation", "chosen", "expected"), REASONS)
def test_the_reason(offers, probation, chosen, expected):
    ranked = rivals(*offers, probation=probation)
    found = reason(next(rival for rival in ranked if rival.id == chosen), ranked)
    assert (found.kind, found.percent) == (expected.kind, expected.percent)
    assert found.times == pytest.approx(expected.times)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("iPhone 13 Pro · 128 GB", "iphone-13-pro-128-gb"),
        ("Galaxy S21+", "galaxy-s21-plus"),
        ("Écran été ÀÇ œuvre", "ecran-ete-ac-uvre"),
        ("  --a__b--  ", "a-b"),
        ("ｉＰｈｏｎｅ １３", "iphone-13"),
        ("小米", ""),
        ("📱", ""),
        ("", ""),
        ("../../etc/passwd", "etc-passwd"),
        ("½ price ²", "12-price-2"),
        ("A\0B\nC", "a-b-c"),
    ],
)
def test_slugs(text, slug):
    assert slugify(text) == slug


@given(st.text(max_size=60), st.integers(20, 40))
def test_a_slug_is_made_of_letters_digits_and_hyphens_and_never_too_long(text, longest):
    slug = slugify(text, longest)
    assert len(slug) <= longest
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slugify(slug, longest) == slug
    assert not slug.startswith("-")


def test_long_names_that_begin_alike_keep_slugs_of_their_own():
    assert slugify("a" * 90 + "1", 80) != slugify("a" * 90 + "2", 80)
    assert len(slugify("a" * 90, 80)) == 80
    assert slugify("a" * 80, 80) == "a" * 80


@pytest.mark.parametrize(
    ("gigabytes", "words"),
    [
        (None, ""),
        (8, "8 GB"),
        (128, "128 GB"),
        (512, "512 GB"),
        (1000, "1 TB"),
        (1024, "1 TB"),
        (2048, "2 TB"),
        (2000, "2 TB"),
        (1500, "1500 GB"),
        (4096, "4 TB"),
    ],
)
def test_storages_in_words(gigabytes, words):
    assert storage_words(gigabytes, "GB", "TB") == words


@pytest.mark.parametrize(
    ("until", "state"),
    [
        (None, "unknown"),
        (date(2026, 3, 1), "ended"),
        (date(2026, 3, 2), "ending"),
        (date(2027, 3, 2), "ending"),
        (date(2027, 3, 3), "running"),
        (date(1990, 1, 1), "ended"),
    ],
)
def test_security_updates(until, state):
    assert updates_state(until, date(2026, 3, 2)) == state


def test_titles():
    assert product_title("iPhone 13", 128, "midnight") == "iPhone 13 128 GB midnight"
    assert product_title("iPhone 13", None, "") == "iPhone 13"
