"""The advice: a truth table, worked examples, and what must hold for any figures."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.repair.advice.rules import (
    GUARANTEE,
    KINDS,
    RECYCLE,
    REFURBISHED,
    REPAIR,
    Bonus,
    Facts,
    Prices,
    advise,
    after_bonus,
    bonus_for,
    counted,
    give_up,
    is_sure,
    left,
)

# A phone that cost 900 new (people give up at 270), and 300 refurbished here (a repair is worth up to 200).
NEW, REFURBISHED_PRICE = 90_000, 30_000


def at(median: int) -> Prices:
    return Prices(median * 3 // 4, median, median * 5 // 4)


TABLE = [
    # guaranteed, repair costs, price new, refurbished: what we would do, and why
    (True, None, None, None, GUARANTEE, "guarantee"),
    (True, 5_000, NEW, REFURBISHED_PRICE, GUARANTEE, "guarantee"),
    (True, 500_000, NEW, REFURBISHED_PRICE, GUARANTEE, "guarantee"),
    (False, None, None, None, REPAIR, "ask"),
    (False, None, NEW, REFURBISHED_PRICE, REPAIR, "ask"),
    (False, 9_000, None, None, REPAIR, "only"),
    (False, 500_000, None, None, REPAIR, "only"),
    # The price new alone: 30 % of it.
    (False, 27_000, NEW, None, REPAIR, "cheap"),
    (False, 27_001, NEW, None, REPAIR, "dear"),
    # The same device refurbished alone: two thirds of it.
    (False, 20_000, None, REFURBISHED_PRICE, REPAIR, "cheaper"),
    (False, 20_001, None, REFURBISHED_PRICE, REFURBISHED, "another"),
    # Both: what another one costs today says more than what it once cost new.
    (False, 20_000, NEW, REFURBISHED_PRICE, REPAIR, "cheap"),
    (False, 20_001, NEW, REFURBISHED_PRICE, REFURBISHED, "another"),
    # 400 new, 350 refurbished: above 30 % of new, and still by far the cheaper way.
    (False, 15_000, 40_000, 35_000, REPAIR, "cheaper"),
    (False, 12_000, 40_000, 35_000, REPAIR, "cheap"),
    (False, 24_000, 40_000, 35_000, REFURBISHED, "another"),
]


@pytest.mark.parametrize(("guaranteed", "costs", "new", "refurbished", "take", "why"), TABLE)
def test_what_we_would_do(guaranteed, costs, new, refurbished, take, why):
    advice = advise(
        Facts(guaranteed, at(costs) if costs else None, new=new, refurbished=refurbished, chance=54)
    )

    assert (advice.take, advice.why) == (take, why)


def test_options_stand_in_one_order_with_what_they_cost():
    facts = Facts(True, Prices(9_000, 12_000, 16_000), Bonus(2_500), NEW, REFURBISHED_PRICE)

    advice = advise(facts)

    assert [(option.kind, option.low, option.high, option.taken) for option in advice.options] == [
        (GUARANTEE, 0, 0, True),
        (REPAIR, 6_500, 13_500, False),
        (REFURBISHED, 30_000, 30_000, False),
        (RECYCLE, None, None, False),
    ]
    assert (advice.worth, advice.give_up) == (20_000, 27_000)


def test_a_repair_says_what_it_saves_against_another_one():
    assert advise(Facts(False, at(12_000), Bonus(2_500), NEW, REFURBISHED_PRICE)).saved == 20_500
    assert advise(Facts(False, at(29_000), None, NEW, REFURBISHED_PRICE)).saved is None
    assert advise(Facts(False, at(12_000), None, NEW, None)).saved is None


@pytest.mark.parametrize(
    ("chance", "costs", "careful"),
    [(None, 12_000, False), (29, 12_000, True), (30, 12_000, False), (5, 29_000, False)],
)
def test_a_low_chance_makes_us_careful_and_nothing_else(chance, costs, careful):
    facts = Facts(False, at(costs), None, NEW, REFURBISHED_PRICE)

    advice = advise(replace(facts, chance=chance))

    assert advice.careful == careful
    assert advice.take == advise(facts).take


@pytest.mark.parametrize(
    ("price", "bonus", "rest"),
    [
        (16_000, None, 16_000),
        (16_000, Bonus(5_000, 15_000), 11_000),
        (15_000, Bonus(5_000, 15_000), 10_000),
        (14_999, Bonus(5_000, 15_000), 14_999),
        (2_000, Bonus(2_500), 0),
        # Of another year: no sum.
        (16_000, Bonus(5_000, 15_000, sure=False), 16_000),
        (2_000, Bonus(2_500, sure=False), 2_000),
    ],
)
def test_the_bonus_comes_off_from_its_minimum_on(price, bonus, rest):
    assert after_bonus(price, bonus) == rest


@pytest.mark.parametrize(
    ("bonus", "low", "high", "likely"),
    [
        (None, 8_000, 16_000, 12_000),
        (Bonus(2_500), 5_500, 13_500, 9_500),
        (Bonus(2_500, sure=False), 8_000, 16_000, 12_000),
        (Bonus(5_000, 15_000), 8_000, 11_000, 12_000),
        (Bonus(5_000, 15_000, sure=False), 8_000, 16_000, 12_000),
    ],
)
def test_whether_a_sum_is_made_is_the_same_wherever_one_is(bonus, low, high, likely):
    facts = Facts(repair=Prices(8_000, 12_000, 16_000), bonus=bonus, refurbished=20_000)
    repair = next(option for option in advise(facts).options if option.kind == REPAIR)

    assert (repair.low, repair.high) == left(8_000, 16_000, bonus) == (low, high)
    assert (after_bonus(12_000, bonus), advise(facts).saved) == (likely, 20_000 - likely)


@pytest.mark.parametrize(
    ("firm", "guaranteed", "given"),
    [(False, False, True), (True, False, False), (False, True, False), (True, True, False)],
)
def test_the_bonus_is_for_private_people_out_of_guarantee(firm, guaranteed, given):
    assert (bonus_for(Bonus(2_500), firm=firm, guaranteed=guaranteed) is not None) == given


@pytest.mark.parametrize(
    ("until", "today", "sure"),
    [
        (None, date(2023, 12, 31), False),
        (None, date(2024, 1, 1), True),
        (None, date(2025, 1, 1), True),
        (None, date(2025, 1, 2), False),
        (date(2024, 6, 30), date(2024, 6, 30), True),
        (date(2024, 6, 30), date(2024, 7, 1), False),
        (date(2027, 12, 31), date(2026, 11, 22), True),
    ],
)
def test_amounts_are_todays_for_a_year_or_as_long_as_they_say(until, today, sure):
    assert is_sure(date(2024, 1, 1), until, today) == sure


def test_an_amount_of_another_year_is_said_and_not_counted_on():
    # 210 is more than another one is worth; with 25 off it would not be.
    facts = Facts(False, at(21_000), Bonus(2_500), NEW, REFURBISHED_PRICE)

    assert advise(facts).take == REPAIR
    old = advise(replace(facts, bonus=Bonus(2_500, sure=False)))
    assert old.take == REFURBISHED
    assert [option.low for option in old.options if option.kind == REPAIR] == [15_750]


def test_thirty_percent_is_rounded_down():
    assert (give_up(None), give_up(999), give_up(0)) == (None, 299, 0)


amounts = st.integers(min_value=1, max_value=1_000_000)
some_amount = st.none() | amounts
bonuses = st.none() | st.builds(Bonus, amounts, st.integers(0, 50_000), st.booleans())


@st.composite
def prices(draw: st.DrawFn) -> Prices:
    return Prices(*sorted(draw(st.tuples(amounts, amounts, amounts))))


all_facts = st.builds(
    Facts,
    st.booleans(),
    st.none() | prices(),
    bonuses,
    some_amount,
    some_amount,
    st.none() | st.integers(0, 100),
)


@given(all_facts)
def test_a_running_guarantee_always_wins(facts):
    assert (advise(facts).take == GUARANTEE) == facts.guaranteed


@given(all_facts, prices(), amounts)
def test_a_dearer_repair_is_never_advised_where_a_cheaper_one_was_not(facts, cheaper, more):
    dearer = Prices(cheaper.low + more, cheaper.median + more, cheaper.high + more)
    if advise(replace(facts, repair=cheaper)).take == REFURBISHED:
        assert advise(replace(facts, repair=dearer)).take == REFURBISHED


@given(all_facts, amounts)
def test_a_dearer_one_to_replace_it_never_talks_anybody_into_buying(facts, more):
    if facts.refurbished is not None and advise(facts).take != REFURBISHED:
        assert advise(replace(facts, refurbished=facts.refurbished + more)).take != REFURBISHED


@given(all_facts)
def test_we_only_send_people_shopping_where_both_prices_are_known(facts):
    if advise(facts).take == REFURBISHED:
        assert facts.refurbished is not None
        assert facts.repair is not None
        assert counted(facts.repair.median, facts.bonus) * 3 > facts.refurbished * 2 - 3


@given(all_facts)
def test_nobody_is_ever_told_to_throw_it_away(facts):
    assert advise(facts).take != RECYCLE


@given(all_facts)
def test_every_option_stands_once_and_in_order_and_one_is_taken(facts):
    kinds = [option.kind for option in advise(facts).options]

    assert kinds == [kind for kind in KINDS if kind in kinds]
    assert {REPAIR, RECYCLE} <= set(kinds)
    assert sum(option.taken for option in advise(facts).options) == 1


@given(all_facts)
def test_a_bonus_never_speaks_against_a_repair(facts):
    if advise(replace(facts, bonus=None)).take == REPAIR:
        assert advise(facts).take == REPAIR


@given(all_facts)
def test_nobody_pays_less_than_nothing(facts):
    advice = advise(facts)
    repair = next(option for option in advice.options if option.kind == REPAIR)

    assert (repair.low is None) == (facts.repair is None)
    assert (repair.low or 0) >= 0
    assert (repair.high or 0) >= (repair.low or 0)
    assert advice.saved is None or advice.saved >= 0
