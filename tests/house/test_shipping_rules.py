"""What a parcel costs: against the simplest program that says the same, and what must hold for all tariffs."""

from hypothesis import given
from hypothesis import strategies as st

from storefront.house.rules import Method, Step, Tariff, Zone, parcel_price, steps_in_order

weights = st.integers(0, 100_000)
prices = st.integers(0, 100_000)


@st.composite
def methods(draw) -> Method:
    """Rising weights, prices that don't fall, no end at the end."""
    ends = sorted(draw(st.sets(st.integers(1, 50_000), max_size=7)))
    costs = sorted(draw(st.lists(prices, min_size=len(ends) + 1, max_size=len(ends) + 1)))
    steps = tuple(Step(end, cost) for end, cost in zip([*ends, None], costs, strict=True))
    return Method("standard", 3, steps, draw(st.none() | prices))


def naive_price(method: Method, weight_g: int, goods_minor: int) -> int:
    if method.free_from_minor is not None and goods_minor >= method.free_from_minor:
        return 0
    for step in method.steps:
        if step.up_to_g is None or weight_g <= step.up_to_g:
            return step.price_minor
    raise AssertionError("no step for this weight")


@given(methods(), weights, prices)
def test_the_price_is_that_of_the_first_step_that_holds_the_weight(method, weight, goods):
    assert parcel_price(method, weight_g=weight, goods_minor=goods) == naive_price(method, weight, goods)


@given(methods(), weights, weights, prices)
def test_a_heavier_parcel_never_costs_less_and_none_costs_less_than_nothing(method, one, other, goods):
    light, heavy = sorted((one, other))
    price = parcel_price(method, weight_g=light, goods_minor=goods)
    assert 0 <= price <= parcel_price(method, weight_g=heavy, goods_minor=goods)


@given(methods(), weights, prices, prices)
def test_more_goods_never_make_a_parcel_dearer(method, weight, one, other):
    less, more = sorted((one, other))
    assert parcel_price(method, weight_g=weight, goods_minor=more) <= parcel_price(
        method, weight_g=weight, goods_minor=less
    )


@given(methods())
def test_what_is_drawn_here_is_in_order(method):
    assert steps_in_order(method.steps)


def test_steps_that_are_not_in_order():
    assert not steps_in_order([])
    assert not steps_in_order([Step(1000, 490)])
    assert not steps_in_order([Step(None, 490), Step(None, 890)])
    assert not steps_in_order([Step(None, 490), Step(1000, 890)])
    assert not steps_in_order([Step(1000, 490), Step(1000, 590), Step(None, 890)])
    assert not steps_in_order([Step(2000, 490), Step(1000, 590), Step(None, 890)])
    assert not steps_in_order([Step(1000, 890), Step(None, 490)])
    assert not steps_in_order([Step(0, 490), Step(None, 890)])
    assert not steps_in_order([Step(1000, -1), Step(None, 890)])


def test_a_country_belongs_to_its_zone():
    home = Zone("Home", ("FR", "MC"), ())
    far = Zone("Far", ("PT",), ())
    tariff = Tariff((home, far))
    assert tariff.countries == ("FR", "MC", "PT")
    assert [tariff.zone_of(code) for code in ("MC", "PT", "US")] == [home, far, None]
