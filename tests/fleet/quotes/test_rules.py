from datetime import timedelta

import pytest

from storefront.fleet.quotes.rules import (
    ENDED,
    FIRM,
    LIVE,
    OPERATOR,
    SIDES,
    STATES,
    SYSTEM,
    VERBS,
    held_until,
    mailbox_key,
    may_hold,
    moves,
    possible,
    register_key,
    remind_at,
    target,
    units_by_offer,
)
from tests.factories import NOW

# What each side may do in each state; nothing else.
TABLE = {
    ("proposed", FIRM): {"revise", "anew", "choose", "decline", "say"},
    ("proposed", OPERATOR): {"call_off", "say"},
    ("proposed", SYSTEM): {"offer", "expire"},
    ("open", FIRM): {"revise", "anew", "accept", "decline", "say"},
    ("open", OPERATOR): {"adjust", "call_off", "say"},
    ("open", SYSTEM): {"expire"},
    ("ordered", FIRM): {"say"},
    ("ordered", OPERATOR): {"say"},
    ("ordered", SYSTEM): set(),
    ("declined", FIRM): {"revise", "anew", "say"},
    ("declined", OPERATOR): {"say"},
    ("declined", SYSTEM): set(),
    ("expired", FIRM): {"revise", "anew", "say"},
    ("expired", OPERATOR): {"adjust", "say"},
    ("expired", SYSTEM): set(),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("side", SIDES)
def test_each_side_may_do_just_this(state, side):
    assert possible(side, state) == TABLE[state, side]


def test_what_was_ordered_stays_ordered():
    assert {target(verb, side, "ordered") for verb in VERBS for side in SIDES} == {None, "ordered"}


def test_only_accepting_leads_to_an_order():
    leading = {
        verb for verb in VERBS for side in SIDES for state in LIVE if target(verb, side, state) == "ordered"
    }
    assert leading == {"accept"}


def test_every_end_but_the_order_can_be_begun_anew():
    assert {state for state in ENDED if target("anew", FIRM, state)} == {"declined", "expired"}


def test_units_are_held_for_so_many_hours_and_reminded_of_with_a_third_left():
    until = held_until(NOW, 72)
    assert (until - NOW, until - remind_at(NOW, until)) == (timedelta(hours=72), timedelta(hours=24))


@pytest.mark.parametrize(
    ("asked", "held", "may"),
    [(20, 0, 20), (20, 90, 10), (20, 100, 0), (20, 130, 0), (100, 0, 100), (101, 0, 100)],
)
def test_a_firm_has_so_many_held_at_most(asked, held, may):
    assert may_hold(asked, held, most=100) == may


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("732 829 320", "732829320"),
        ("73282932000074", "732829320"),
        ("be 0428.759.497", "BE0428759497"),
        ("", ""),
        ("12345678901234567", "12345678901234567"),
    ],
)
def test_all_places_of_a_firm_are_one_firm(number, key):
    assert register_key(number) == key


@pytest.mark.parametrize(
    ("number", "vat_id", "key"),
    [
        ("", "DE 136695976", "DE136695976"),
        ("", "FR44 732 829 320", "732829320"),
        ("732829320", "FR44732829320", "732829320"),
        ("HRB 4711", "DE136695976", "HRB4711"),
    ],
)
def test_a_firm_without_a_register_number_is_one_by_its_vat_id(number, vat_id, key):
    assert register_key(number, vat_id) == key


def test_a_mailbox_is_one_however_capitalised():
    assert mailbox_key(" Zoe@Menuiserie.EXAMPLE ") == "zoe@menuiserie.example"


def test_lines_of_one_offer_are_held_together():
    assert units_by_offer([(7, 2), (None, 4), (3, 1), (7, 3)]) == {7: 5, 3: 1}


def test_only_the_difference_moves():
    assert moves({1: 3, 2: 2, 4: 1}, {1: 5, 3: 1, 4: 1}) == {1: -2, 2: 2, 3: -1}
