"""Small problems by chance, and two other ways to solve them: by trying everything, and without looking ahead."""

from hypothesis import strategies as st

from storefront.fleet.allocation.rules import (
    Allotment,
    Demand,
    Problem,
    Supply,
    Tier,
    breaches,
    cost_of,
    key_of,
    short_of,
)
from storefront.fleet.wishes.rules import ANY, UNIFORMITIES

Units = dict[tuple[int, int], int]
_SELLERS = (1, 2, 3)


@st.composite
def supplies(draw: st.DrawFn, most: int) -> tuple[Supply, ...]:
    count = draw(st.integers(0, most))
    return tuple(
        Supply(
            offer_id=100 + number,
            product_id=number,
            model_key=draw(st.sampled_from("ab")),
            grade=draw(st.sampled_from(("good", "fair"))),
            seller_id=draw(st.sampled_from(_SELLERS)),
            stock=draw(st.integers(0, 3)),
            price=(price := draw(st.integers(50, 150))),
            cost=price * draw(st.sampled_from((1.0, 1.1, 1.3))),
            years_left=draw(st.sampled_from((None, 1.0, 4.0))),
        )
        for number in range(count)
    )


@st.composite
def problems(draw: st.DrawFn, *, most_supplies: int = 5, most_pairs: int = 8) -> Problem:
    """With so few ways to give something that all can be tried."""
    goods = draw(supplies(most_supplies))
    left, wishes = most_pairs, []
    for _ in range(draw(st.integers(1, 3))):
        fits = [place for place in range(len(goods)) if draw(st.booleans())][:left]
        left -= len(fits)
        wishes.append(
            Demand(
                draw(st.integers(1, 3)),
                tuple(fits),
                draw(st.sampled_from(UNIFORMITIES)),
                draw(st.integers(0, 1)),
            )
        )
    prices = st.sampled_from((0, 10, 40))
    tiers = st.sampled_from(((), (Tier(2, 5),), (Tier(2, 5), Tier(4, 20))))
    return Problem(
        tuple(wishes),
        goods,
        rooms=draw(st.dictionaries(st.sampled_from(_SELLERS), st.integers(0, 4), max_size=2)),
        discounts=draw(st.dictionaries(st.sampled_from(_SELLERS), tiers, max_size=2)),
        parcel_cost=draw(prices),
        model_cost=draw(prices),
        shipping=draw(st.sampled_from((0, 5))),
    )


def units_of(problem: Problem, allotment: Allotment) -> Units:
    """Units by the places of wish and supply; each pair is taken once."""
    place = {supply.offer_id: number for number, supply in enumerate(problem.supplies)}
    pairs = [(take.wish, place[take.offer_id]) for take in allotment.takes]
    assert len(pairs) == len(set(pairs))
    return {pair: take.units for pair, take in zip(pairs, allotment.takes, strict=True)}


def worth(problem: Problem, units: Units) -> tuple[int, int]:
    """What is missing, then what it costs: the less, the better."""
    return sum(short_of(problem, units)), cost_of(problem, units)


def best_by_trying(problem: Problem) -> tuple[int, int]:
    """What the best of all possible answers is worth."""
    pairs = [(wish, place) for wish, demand in enumerate(problem.wishes) for place in demand.fits]
    found = [worth(problem, {})]

    def go_on(number: int, units: Units, left: list[int]) -> None:
        if number == len(pairs):
            if not breaches(problem, units):
                found.append(worth(problem, units))
            return
        wish, place = pairs[number]
        for count in range(min(left[wish], problem.supplies[place].stock) + 1):
            others = [*left[:wish], left[wish] - count, *left[wish + 1 :]]
            go_on(number + 1, {**units, (wish, place): count} if count else units, others)

    go_on(0, {}, [demand.units for demand in problem.wishes])
    return min(found)


def in_a_hurry(problem: Problem) -> Units:
    """Wish by wish the cheapest that is left; where units must be alike, of whichever kind gives the most for least."""
    stock = [supply.stock for supply in problem.supplies]
    room = {supply.seller_id: problem.rooms.get(supply.seller_id, 999) for supply in problem.supplies}
    given: Units = {}
    for wish, demand in enumerate(problem.wishes):
        places = sorted(demand.fits, key=lambda place: problem.supplies[place].cost)
        kinds = [places]
        if demand.uniformity != ANY:
            keys = {key_of(problem.supplies[place], demand.uniformity) for place in places}
            kinds = [
                [place for place in places if key_of(problem.supplies[place], demand.uniformity) == key]
                for key in sorted(keys)
            ]
        tries = [_cheapest(problem, kind, demand.units, stock, dict(room)) for kind in kinds]
        if not tries:
            continue
        best = min(tries, key=lambda one: (-sum(one.values()), _cost(problem, one)))
        for place, count in best.items():
            stock[place] -= count
            room[problem.supplies[place].seller_id] -= count
            given[wish, place] = count
    return given


def _cheapest(
    problem: Problem, places: list[int], wanted: int, stock: list[int], room: dict[int, int]
) -> dict[int, int]:
    taken: dict[int, int] = {}
    for place in places:
        seller = problem.supplies[place].seller_id
        count = min(wanted - sum(taken.values()), stock[place], room[seller])
        if count:
            taken[place] = count
            room[seller] -= count
    return taken


def _cost(problem: Problem, taken: dict[int, int]) -> float:
    return sum(count * problem.supplies[place].cost for place, count in taken.items())
