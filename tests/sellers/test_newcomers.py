"""The luck of a newcomer's day: drawn from what its record leaves possible, the same for everybody."""

from datetime import date, timedelta
from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from storefront.sellers.rules import Record, drawn_risk, risk

PRIOR = (2.0, 48.0)
DAY = date(2026, 3, 2)
records = st.tuples(st.integers(0, 500), st.floats(0, 1)).map(lambda pair: Record(pair[0], pair[0] * pair[1]))


def draws(record: Record, count: int) -> list[float]:
    days = [DAY + timedelta(days=number) for number in range(count)]
    return [drawn_risk(record, PRIOR, seller_id=7, day=day) for day in days]


@given(records, st.integers(1, 10**9), st.dates())
def test_a_draw_is_a_rate_and_holds_all_day(record, seller_id, day):
    first = drawn_risk(record, PRIOR, seller_id=seller_id, day=day)
    assert 0 < first < 1
    assert drawn_risk(record, PRIOR, seller_id=seller_id, day=day) == first


def test_the_draw_is_the_same_on_every_machine():
    assert round(drawn_risk(Record(0, 0.0), PRIOR, seller_id=7, day=DAY), 9) == 0.075665772


def test_each_day_and_each_seller_draws_anew():
    record = Record(0, 0.0)
    assert len(set(draws(record, 50))) == 50
    assert drawn_risk(record, PRIOR, seller_id=8, day=DAY) != drawn_risk(record, PRIOR, seller_id=7, day=DAY)


def test_four_draws_in_five_are_below_the_careful_risk():
    """`risk` is the 80 % quantile of the same distribution."""
    for record in (Record(0, 0.0), Record(20, 1.0), Record(100, 12.0)):
        careful = risk(record, PRIOR)
        assert 0.76 < mean(drawn < careful for drawn in draws(record, 2000)) < 0.84


def test_a_record_leaves_less_to_luck():
    few, many = draws(Record(10, 1.0), 500), draws(Record(1000, 100.0), 500)
    assert max(many) - min(many) < max(few) - min(few)
    assert 0.08 < mean(many) < 0.12
