"""Repairers near a place: the same as a slow look at all of them finds, in the same number of statements."""

import math
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert
from sqlalchemy.orm import scoped_session

from storefront.core.money import Money
from storefront.repair.network.actions import note_outcome, note_price, note_rating
from storefront.repair.network.models import Repairer, RepairerCategory
from storefront.repair.network.queries import near, price_range
from storefront.repair.network.rules import REACH_KM, STEPS_KM, WAYS, Point, prices_of_each
from storefront.sellers.rules import stars
from tests.factories import NOW, make_repairer

from .test_rules import naive_kilometres

TODAY = date(2026, 3, 2)
NANTES = Point(47.2172, -1.5534)


def north_of(point: Point, kilometres: float) -> dict[str, float]:
    return {"lat": point.lat + kilometres / 111.195, "lon": point.lon}


def slugs(point: Point = NANTES, **asked: Any) -> list[str]:
    asked = {"country": "FR", "category": "smartphones", "today": TODAY, **asked}
    return [repairer.slug for repairer in near(point, **asked).repairers]


def test_who_is_left_out_is_nowhere_so_that_the_country_comes_when_all_near_are(
    db_session: scoped_session[Any],
) -> None:
    near_ones = [make_repairer(slug=slug, **north_of(NANTES, 3)) for slug in ("one", "two")]
    make_repairer(slug="by-mail", **north_of(NANTES, 400))
    ids = [repairer.id for repairer in near_ones]

    assert slugs(without=frozenset(ids[:1])) == ["two"]
    assert slugs(without=frozenset(ids), limit=1) == ["by-mail"]
    assert slugs() == ["one", "two"]


def test_by_distance_in_steps_then_by_stars_then_by_distance(db_session: scoped_session[Any]) -> None:
    make_repairer(slug="far-and-good", **north_of(NANTES, 30), risk=0.01)
    make_repairer(slug="near-and-bad", **north_of(NANTES, 0.3), risk=0.3)
    make_repairer(slug="next-and-good", **north_of(NANTES, 4.5), risk=0.01)
    make_repairer(slug="next-and-poor", **north_of(NANTES, 2.5), risk=0.2)
    make_repairer(slug="next-and-fair", **north_of(NANTES, 3.5), risk=0.05)
    make_repairer(slug="next-and-fair-too", **north_of(NANTES, 3.0), risk=0.051)
    make_repairer(slug="out-of-reach", **north_of(NANTES, REACH_KM + 1), risk=0.01)

    assert slugs() == [
        "near-and-bad",
        "next-and-good",
        "next-and-fair-too",
        "next-and-fair",
        "next-and-poor",
        "far-and-good",
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"standing": "listed", "verified_until": None},
        {"standing": "applied", "verified_until": None},
        {"standing": "suspended"},
        {"standing": "refused"},
        {"verified_until": TODAY - timedelta(days=1)},
        {"categories": ["tvs"]},
    ],
)
def test_who_is_not_shown(db_session: scoped_session[Any], values: dict[str, Any]) -> None:
    make_repairer(**values)
    assert slugs() == []


def test_until_the_last_day(db_session: scoped_session[Any]) -> None:
    make_repairer(slug="last", verified_until=TODAY)
    assert slugs() == ["last"]


def test_filters(db_session: scoped_session[Any]) -> None:
    make_repairer(slug="a", drop_off=True, mail_in=False, at_home=False)
    make_repairer(slug="b", drop_off=False, mail_in=True, at_home=False, bonus_label=True)
    make_repairer(slug="c", drop_off=False, mail_in=False, at_home=True, **north_of(NANTES, 1.5))

    assert slugs() == ["a", "b", "c"]
    assert slugs(ways=frozenset({"drop_off"})) == ["a"]
    assert slugs(ways=frozenset({"mail_in", "at_home"})) == ["b", "c"]
    assert slugs(bonus=True) == ["b"]
    assert slugs(bonus=True, ways=frozenset({"drop_off"})) == []
    assert slugs(limit=2) == ["a", "b"]


def test_with_nobody_near_those_of_the_country_who_take_parcels_the_best_first(
    db_session: scoped_session[Any],
) -> None:
    away = north_of(NANTES, 400)
    make_repairer(slug="good", **away, risk=0.02)
    make_repairer(slug="better", **away, risk=0.01)
    make_repairer(slug="no-parcels", **away, mail_in=False)
    make_repairer(slug="abroad", **away, country="BE")
    found = near(NANTES, country="FR", category="smartphones", today=TODAY)

    assert ([repairer.slug for repairer in found.repairers], found.widened) == (["better", "good"], True)
    assert found.repairers[0].distance_km == pytest.approx(400, rel=0.01)
    nobody = near(NANTES, country="LU", category="smartphones", today=TODAY)
    assert (nobody.repairers, nobody.widened) == ((), False)


def test_what_a_list_shows_of_each(db_session: scoped_session[Any]) -> None:
    made = make_repairer(
        slug="les-vis",
        bonus_label=True,
        prices={("smartphones", "screen"): (8990, 14900), ("smartphones", "battery"): (5900, 7900)},
        risk=0.02,
    )
    for place, stars_given in enumerate((5, 4)):
        note_rating(
            repairer_id=made.id, reference=f"rating-{place}", stars=stars_given, words="", day=TODAY, now=NOW
        )
    note_outcome(repairer_id=made.id, reference="referral-1", outcome="repaired", day=TODAY, now=NOW)
    (shown,) = near(NANTES, country="FR", category="smartphones", fault="screen", today=TODAY).repairers

    assert (shown.slug, shown.stars, shown.bonus_label, shown.ways) == (
        "les-vis",
        4,
        True,
        ("drop_off", "mail_in"),
    )
    assert (shown.price_low, shown.price_high) == (Money(8990, "EUR"), Money(14900, "EUR"))
    assert (shown.said.rating, shown.said.ratings, shown.said.repaired) == (4.5, 2, 1)
    (of_any,) = near(NANTES, country="FR", category="smartphones", today=TODAY).repairers
    assert (of_any.price_low, of_any.price_high) == (Money(5900, "EUR"), Money(14900, "EUR"))
    (unsaid,) = near(NANTES, country="FR", category="smartphones", fault="water", today=TODAY).repairers
    assert (unsaid.price_low, unsaid.price_high) == (None, None)


def test_the_number_of_statements_does_not_grow(db_session: scoped_session[Any], count_sql: Any) -> None:
    def statements() -> int:
        db_session.expire_all()
        with count_sql() as made:
            near(NANTES, country="FR", category="smartphones", today=TODAY)
        return len(made)

    make_repairer()
    one = statements()
    for place in range(30):
        make_repairer(**north_of(NANTES, place / 10), categories=["smartphones", "tablets"])

    assert statements() == one == 5


PLACES = st.builds(
    Point,
    st.one_of(st.floats(-90, 90), st.sampled_from([90.0, -90.0, 0.0, 47.2, 89.9])),
    st.one_of(st.floats(-180, 180), st.sampled_from([180.0, -180.0, 179.9, 0.0])),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), place=PLACES, limit=st.sampled_from([1, 3, 20]), filtered=st.booleans())
def test_the_same_as_a_slow_look_at_all_of_them(
    db_session: scoped_session[Any], seed: int, place: Point, limit: int, *, filtered: bool
) -> None:
    dice = Random(seed)
    db_session.execute(delete(Repairer))
    rows = [_row(number, place, dice) for number in range(1, 61)]
    db_session.execute(insert(Repairer), rows)
    db_session.execute(
        insert(RepairerCategory),
        [{"repairer_id": row["id"], "category": "smartphones"} for row in rows if row["id"] % 5],
    )
    ways = frozenset({"at_home"}) if filtered else frozenset[str]()
    found = near(
        place, country="FR", category="smartphones", today=TODAY, ways=ways, bonus=filtered, limit=limit
    )

    expected = _slowly(rows, place, limit, filtered=filtered)
    assert [repairer.id for repairer in found.repairers] == [row["id"] for row in expected]
    db_session.rollback()


def _row(number: int, place: Point, dice: Random) -> dict[str, Any]:
    """Somewhere around, most within reach; the poles and the 180th meridian are no reason to be lost."""
    away = math.radians(dice.choice([0.001, 0.01, 0.05, 0.2, 0.5, 0.8]) * dice.random())
    turn, lat = dice.uniform(0, math.tau), math.radians(place.lat)
    sine = math.sin(lat) * math.cos(away) + math.cos(lat) * math.sin(away) * math.cos(turn)
    other = math.asin(max(-1.0, min(1.0, sine)))
    swing = math.atan2(
        math.sin(turn) * math.sin(away) * math.cos(lat), math.cos(away) - math.sin(lat) * math.sin(other)
    )
    return {
        "id": number,
        "slug": f"r-{number}",
        "name": f"R {number}",
        "country": "FR",
        "lat": max(-90.0, min(90.0, math.degrees(other))),
        "lon": (place.lon + math.degrees(swing) + 180) % 360 - 180,
        "standing": dice.choice(["verified", "verified", "listed"]),
        "verified_until": TODAY + timedelta(days=dice.choice([-1, 0, 1])),
        "created_at": NOW,
        "risk": dice.choice([0.01, 0.02, 0.05, 0.2]),
        "drop_off": True,
        "mail_in": dice.random() < 0.5,
        "at_home": dice.random() < 0.5,
        "bonus_label": dice.random() < 0.5,
    }


def _slowly(rows: list[dict[str, Any]], place: Point, limit: int, *, filtered: bool) -> list[dict[str, Any]]:
    wanted = [
        row
        for row in rows
        if row["id"] % 5
        and row["standing"] == "verified"
        and row["verified_until"] >= TODAY
        and (not filtered or (row["at_home"] and row["bonus_label"]))
    ]

    def away(row: dict[str, Any]) -> float:
        return naive_kilometres(place, Point(row["lat"], row["lon"]))

    def step(row: dict[str, Any]) -> int:
        return sum(away(row) > edge for edge in STEPS_KM)

    within = [row for row in wanted if away(row) <= REACH_KM]
    if within:
        # A metre is no difference that two formulas need agree on.
        order = sorted(
            within, key=lambda row: (step(row), -stars(row["risk"]), round(away(row), 6), row["id"])
        )
        return order[:limit]
    by_mail = [row for row in wanted if row["mail_in"]]
    return sorted(by_mail, key=lambda row: (row["risk"], row["id"]))[:limit]


def test_ways_are_those_of_the_columns() -> None:
    assert set(WAYS) <= set(Repairer.__table__.columns.keys())


def prices(*spans: tuple[int, int], **values: Any) -> None:
    for low, high in spans:
        make_repairer(prices={("smartphones", "screen"): (low, high)}, **values)


def test_a_range_needs_three_verified_repairers(db_session: scoped_session[Any]) -> None:
    prices((6000, 9000), (7000, 9000))
    prices((100, 200), standing="listed", verified_until=None)
    prices((100, 200), verified_until=TODAY - timedelta(days=1))
    assert price_range("smartphones", "screen", today=TODAY) is None

    prices((8000, 9000))
    found = price_range("smartphones", "screen", today=TODAY)

    assert found is not None
    assert (found.low, found.median, found.high) == (
        Money(6200, "EUR"),
        Money(8000, "EUR"),
        Money(9000, "EUR"),
    )
    assert (found.repairers, found.newest) == (3, NOW.date())
    assert price_range("smartphones", "battery", today=TODAY) is None
    assert price_range("tablets", "screen", today=TODAY) is None


def test_prices_grow_old(db_session: scoped_session[Any]) -> None:
    prices((6000, 9000), (7000, 9000), (8000, 9000))
    assert price_range("smartphones", "screen", today=NOW.date() + timedelta(days=729)) is not None
    assert price_range("smartphones", "screen", today=NOW.date() + timedelta(days=731)) is None


def test_what_was_paid_counts_as_well_and_once(db_session: scoped_session[Any]) -> None:
    made = [make_repairer() for _ in range(3)]
    for _ in range(2):
        for place, repairer in enumerate(made):
            note_price(
                repairer_id=repairer.id,
                reference="referral-1",
                category="smartphones",
                fault="screen",
                price=Money(7000 + 1000 * place, "EUR"),
                day=TODAY,
            )
    found = price_range("smartphones", "screen", today=TODAY)

    assert found is not None
    assert (found.median, found.repairers) == (Money(8000, "EUR"), 3)


def settle(repairer: Repairer, *euros: int) -> None:
    for place, price in enumerate(euros):
        note_price(
            repairer_id=repairer.id,
            reference=f"referral-{place}",
            category="smartphones",
            fault="screen",
            price=Money(100 * price, "EUR"),
            day=TODAY,
        )


def test_a_busy_repairer_has_one_voice(db_session: scoped_session[Any]) -> None:
    prices((7000, 7000), (8000, 8000))
    busy = make_repairer(prices={("smartphones", "screen"): (30000, 40000)})
    settle(busy, *[300] * 50)
    found = price_range("smartphones", "screen", today=TODAY)

    assert found is not None
    # Of 70, 80 and 300, the tenth at each end is left out.
    assert (found.low, found.median, found.high, found.repairers) == (
        Money(7200, "EUR"),
        Money(8000, "EUR"),
        Money(25600, "EUR"),
        3,
    )


def test_many_prices_of_two_repairers_are_no_range(db_session: scoped_session[Any]) -> None:
    for repairer in (make_repairer(), make_repairer()):
        settle(repairer, 70, 80, 90)
    assert price_range("smartphones", "screen", today=TODAY) is None


def test_what_a_repairer_was_paid_and_what_it_says_are_one_price_by_their_median() -> None:
    said = [(1, 6000, 9000), (2, 5000, 5000), (1, 8000, 8000), (1, 7000, 7000)]

    assert prices_of_each(said) == [(7000, 8000), (5000, 5000)]


def test_a_range_costs_one_statement(db_session: scoped_session[Any], count_sql: Any) -> None:
    prices((6000, 9000), (7000, 9000), (8000, 9000))
    with count_sql() as statements:
        price_range("smartphones", "screen", today=TODAY)
    assert len(statements) == 1
