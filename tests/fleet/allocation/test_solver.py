"""What must hold of any allotment, by small problems of all sorts, and what the kinds are about."""

import random
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.fleet.allocation.rules import (
    KINDS,
    LASTING,
    MOST_DEARER,
    UNIFORM,
    VALUE,
    Demand,
    Problem,
    Supply,
    Take,
    Tier,
    breaches,
    cost_of,
    percent_for,
    reduced,
    short_of,
)
from storefront.fleet.allocation.solver import alternatives, solve

from .problems import best_by_trying, in_a_hurry, problems, units_of, worth

# No clock is to end a search here, however busy the machine: counts do.
GUARD = 600.0


@given(problems())
@settings(max_examples=40)
def test_the_best_value_is_as_good_as_trying_everything(problem):
    found = solve(problem, seconds=GUARD)
    assert worth(problem, units_of(problem, found)) == best_by_trying(problem)
    assert found.gap == 0.0
    assert found.objective == cost_of(problem, units_of(problem, found))


@given(problems(most_supplies=12, most_pairs=30))
@settings(max_examples=40)
def test_every_kind_keeps_every_bound_and_names_what_is_missing(problem):
    found = alternatives(problem)
    assert [one.kind for one in found] == [kind for kind in KINDS if kind in {one.kind for one in found}]
    for one in found:
        units = units_of(problem, one)
        assert breaches(problem, units) == []
        assert one.short == short_of(problem, units)
        assert sum(one.short) == sum(found[0].short)
        assert one.price <= found[0].price * (1 + MOST_DEARER.get(one.kind, 0.0))


@given(problems(most_supplies=12, most_pairs=30))
@settings(max_examples=40)
def test_it_is_never_worse_than_an_answer_in_a_hurry(problem):
    hasty = in_a_hurry(problem)
    assert breaches(problem, hasty) == []
    assert worth(problem, units_of(problem, solve(problem))) <= worth(problem, hasty)


@given(problems(most_supplies=8, most_pairs=20), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_the_same_question_has_the_same_answer_in_whatever_order_offers_come(problem, chance):
    order = list(range(len(problem.supplies)))
    chance.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    shuffled = replace(
        problem,
        supplies=tuple(problem.supplies[old] for old in order),
        wishes=tuple(
            replace(wish, fits=tuple(sorted(place[old] for old in wish.fits))) for wish in problem.wishes
        ),
    )
    assert alternatives(shuffled, GUARD) == alternatives(problem, GUARD) == alternatives(problem, GUARD)


@given(problems(most_supplies=12, most_pairs=30))
@settings(max_examples=40)
def test_each_price_is_that_of_the_discount_which_the_sellers_units_come_to(problem):
    for one in alternatives(problem):
        supply = {each.offer_id: each for each in problem.supplies}
        for take in one.takes:
            mine = supply[take.offer_id]
            sold = sum(
                other.units for other in one.takes if supply[other.offer_id].seller_id == mine.seller_id
            )
            percent = percent_for(problem.discounts.get(mine.seller_id, ()), sold)
            assert take.unit_price == reduced(mine.price, percent)


def make_supply(offer_id: int, **values: object) -> Supply:
    """Twenty of the phone `x` in good grade, at 100.00."""
    facts = {
        "product_id": offer_id, "model_key": "x", "grade": "good", "seller_id": 1, "stock": 20, "price": 10_000,
        "cost": 10_000.0, **values,
    }  # fmt: skip
    return Supply(offer_id=offer_id, **facts)  # type: ignore[arg-type]


def asked(units: int, *goods: Supply, uniformity: str = "any", **values: object) -> Problem:
    wish = Demand(units, tuple(range(len(goods))), uniformity)
    return Problem((wish,), goods, **values)  # type: ignore[arg-type]


def test_a_few_cents_are_not_worth_a_parcel_more_and_more_are():
    here, there = make_supply(1, stock=9), make_supply(2, seller_id=2, price=10_100, cost=10_100.0)
    with_parcels = asked(10, here, there, parcel_cost=1_500)
    assert [take.offer_id for take in solve(with_parcels).takes] == [2]
    assert [take.offer_id for take in solve(replace(with_parcels, parcel_cost=500)).takes] == [1, 2]


def test_units_of_two_days_come_in_two_parcels():
    goods = (make_supply(1),)
    wishes = (Demand(1, (0,)), Demand(1, (0,), batch=1))
    assert solve(Problem(wishes, goods, parcel_cost=700)).objective == 2 * 10_000 + 2 * 700


def test_what_cannot_be_filled_is_filled_as_far_as_can_be():
    found = solve(asked(30, make_supply(1), make_supply(2, model_key="y", stock=25), uniformity="model"))
    assert found.takes == (Take(0, 2, 25, 10_000),)
    assert found.short == (5,)
    assert found.gap == 0.0


def test_the_scarce_offer_goes_where_nothing_else_does():
    wishes = (Demand(2, (0, 1)), Demand(2, (0,)))
    goods = (make_supply(1, stock=2), make_supply(2, price=20_000, cost=20_000.0))
    assert [(take.wish, take.offer_id) for take in solve(Problem(wishes, goods)).takes] == [(0, 2), (1, 1)]


def test_a_newcomer_gives_as_many_as_it_has_room_for():
    found = solve(asked(10, make_supply(1), make_supply(2, seller_id=2, cost=12_000.0), rooms={1: 4}))
    assert [(take.offer_id, take.units) for take in found.takes] == [(1, 4), (2, 6)]


def test_a_discount_is_worth_going_to_one_seller_for():
    goods = (make_supply(1), make_supply(2, seller_id=2, price=10_200, cost=10_200.0))
    tiers = {2: (Tier(10, 5),)}
    assert [take.offer_id for take in solve(asked(9, *goods, discounts=tiers)).takes] == [1]
    assert solve(asked(10, *goods, discounts=tiers)).takes == (Take(0, 2, 10, 9_690),)


def test_the_uniform_kind_has_one_model_where_that_costs_little_more():
    goods = (make_supply(1, stock=6), make_supply(2, model_key="y", price=11_000, cost=11_000.0))
    value, uniform = alternatives(asked(10, *goods))
    assert [take.offer_id for take in value.takes] == [1, 2]
    assert (uniform.kind, [take.offer_id for take in uniform.takes]) == (UNIFORM, [2])
    dear = (goods[0], make_supply(2, model_key="y", price=16_000, cost=16_000.0))
    assert [one.kind for one in alternatives(asked(10, *dear))] == [VALUE]


def test_the_lasting_kind_pays_for_years_but_not_any_price():
    short = make_supply(1, years_left=1.0)
    long = make_supply(2, model_key="y", years_left=4.0, price=11_000, cost=11_000.0)
    value, lasting = alternatives(asked(10, short, long, uniformity="model"))
    assert [take.offer_id for take in value.takes] == [1]
    assert (lasting.kind, [take.offer_id for take in lasting.takes]) == (LASTING, [2])
    unaffordable = replace(long, price=11_600)
    mixed = alternatives(asked(10, short, unaffordable, uniformity="model"))[-1]
    assert mixed.price <= 115_000


def test_nothing_there_is_an_answer():
    found = alternatives(Problem((Demand(3, ()),), ()))
    assert [(one.kind, one.takes, one.short, one.gap) for one in found] == [(VALUE, (), (3,), 0.0)]


def crowded(seed: int, *, offers: int = 1_500, lines: int = 12) -> Problem:
    """Lines that want much of the same offers: more than one small program can prove."""
    chance = random.Random(seed)
    goods = tuple(
        make_supply(
            number + 1,
            model_key=str(chance.randrange(60)),
            grade=chance.choice(("premium", "good", "fair")),
            seller_id=chance.randrange(30),
            stock=chance.choice((1, 1, 2, 5)),
            price=(price := chance.randrange(10_000, 40_000)),
            cost=price * chance.uniform(1.0, 1.3),
            years_left=chance.choice((None, 1.0, 3.0, 5.0)),
        )
        for number in range(offers)
    )
    wishes = tuple(
        Demand(chance.randrange(5, 25), tuple(sorted(chance.sample(range(offers), offers // 3))), kind)
        for kind in chance.choices(("any", "model"), k=lines)
    )
    return Problem(
        wishes, goods, {1: 5}, {2: (Tier(10, 4),), 3: (Tier(5, 2), Tier(20, 8))}, 1_500, 4_000, 390
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_a_crowded_request_keeps_all_bounds_and_says_how_far_from_the_best_it_may_be(seed):
    problem = crowded(seed)
    for one in alternatives(problem):
        assert breaches(problem, units_of(problem, one)) == []
        assert 0.0 <= one.gap < 1.0
    found = solve(problem)
    assert worth(problem, units_of(problem, found)) <= worth(problem, in_a_hurry(problem))


def test_dropping_what_is_dominated_changes_nothing():
    """The same offers in other sellers' hands are no longer dominated: as many sellers, each with a free parcel."""
    problem = replace(crowded(3, offers=200, lines=2), parcel_cost=0, shipping=0, discounts={}, rooms={})
    wishes = tuple(replace(wish, fits=tuple(range(200))) for wish in problem.wishes)
    one = replace(
        problem, wishes=wishes, supplies=tuple(replace(each, seller_id=1) for each in problem.supplies)
    )
    many = replace(one, supplies=tuple(replace(each, seller_id=each.offer_id) for each in one.supplies))
    first, second = solve(one, seconds=GUARD), solve(many, seconds=GUARD)
    assert first.gap == second.gap == 0.0
    assert first.objective == second.objective


def test_it_says_nothing_and_starts_no_threads(capfd):
    before = threads_of_this_process()
    solve(crowded(4, offers=300, lines=3), seconds=GUARD)
    assert threads_of_this_process() <= before
    assert capfd.readouterr() == ("", "")


def test_several_threads_that_solve_at_once_have_the_same_answer():
    problem = crowded(4, offers=300, lines=3)
    expected, found = solve(problem, seconds=GUARD), []
    at_once = [threading.Thread(target=lambda: found.append(solve(problem, seconds=GUARD))) for _ in range(3)]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()
    assert found == [expected] * 3


def threads_of_this_process() -> int:
    return len(list(Path("/proc/self/task").iterdir()))
