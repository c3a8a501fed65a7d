"""What may happen to a referral: the table against its promises, walked whole, and the truth table of its times."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from storefront.orders.dates import CONFORM_DAYS
from storefront.repair.referrals import rules
from storefront.repair.referrals.rules import (
    CUSTOMER,
    ENDED,
    GUARANTEE,
    KINDS,
    NETWORK,
    OPEN,
    OPERATOR,
    REPAIRER,
    SENT,
    SIDES,
    STATES,
    SYSTEM,
    TRANSITIONS,
    VERBS,
    deadlines,
    is_readable,
    possible,
    target,
    turn,
)

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

WAY_OF_A_PHONE = [
    (NETWORK, SENT, REPAIRER, "accept", "accepted"),
    (NETWORK, "accepted", REPAIRER, "quote", "quoted"),
    (NETWORK, "quoted", REPAIRER, "quote", "quoted"),
    (NETWORK, "quoted", CUSTOMER, "agree", "agreed"),
    (NETWORK, "agreed", REPAIRER, "repaired", "repaired"),
    (NETWORK, "repaired", CUSTOMER, "rate", "repaired"),
    (NETWORK, "quoted", CUSTOMER, "refuse", "quote_refused"),
    (NETWORK, SENT, REPAIRER, "decline", "declined"),
    (NETWORK, SENT, SYSTEM, "expire", "expired"),
    (NETWORK, SENT, CUSTOMER, "cancel", "cancelled"),
    (NETWORK, "agreed", CUSTOMER, "cancel", "cancelled"),
    (NETWORK, SENT, SYSTEM, "release", "declined"),
    (NETWORK, "agreed", OPERATOR, "call_off", "cancelled"),
    (GUARANTEE, "accepted", REPAIRER, "repaired", "repaired"),
    # What is refused.
    (NETWORK, "repaired", CUSTOMER, "cancel", None),
    (NETWORK, "agreed", CUSTOMER, "refuse", None),
    (NETWORK, "accepted", SYSTEM, "release", None),
    (GUARANTEE, SENT, SYSTEM, "release", None),
    (NETWORK, "accepted", REPAIRER, "repaired", None),
    (NETWORK, "quoted", REPAIRER, "agree", None),
    (NETWORK, "quoted", CUSTOMER, "quote", None),
    (NETWORK, SENT, REPAIRER, "quote", None),
    (NETWORK, "declined", REPAIRER, "accept", None),
    (NETWORK, "cancelled", CUSTOMER, "rate", None),
    (GUARANTEE, "accepted", REPAIRER, "quote", None),
    (GUARANTEE, "agreed", REPAIRER, "repaired", None),
]


@pytest.mark.parametrize(("kind", "state", "side", "verb", "to"), WAY_OF_A_PHONE)
def test_the_table_leads_where_it_should(kind, state, side, verb, to):
    assert target(verb, side, state, kind) == to


def test_each_verb_is_one_sides():
    sides = {verb: {row.side for row in TRANSITIONS if row.verb == verb} for verb in VERBS}
    assert {verb: len(found) for verb, found in sides.items()} == dict.fromkeys(VERBS, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_no_side_does_anothers_verb_in_any_state(kind):
    owner = {row.verb: row.side for row in TRANSITIONS}
    for state in STATES:
        for side in SIDES:
            assert {owner[verb] for verb in possible(side, state, kind)} <= {side}


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_ended_stays_ended(kind):
    for state in ENDED:
        for side in SIDES:
            assert {target(verb, side, state, kind) for verb in VERBS} <= {None, state}


@pytest.mark.parametrize("kind", KINDS)
def test_from_every_open_state_somebody_can_end_it_and_it_ends_by_itself(kind):
    for state in OPEN:
        assert target("expire", SYSTEM, state, kind) == "expired"
        assert target("call_off", OPERATOR, state, kind) == "cancelled"
        assert target("cancel", CUSTOMER, state, kind) == "cancelled", "nobody is locked in"


def ways_through(kind: str, passed: tuple[str, ...] = (SENT,)) -> Iterator[tuple[str, ...]]:
    """All ways from the first state to an end, by all presses of all sides; one that stays where it is leads nowhere
    new. Fails where one leads back: nobody could tell then that it ends.
    """
    state = passed[-1]
    after = {target(verb, side, state, kind) for side in SIDES for verb in VERBS} - {None, state}
    assert not after & set(passed), f"{passed} leads back"
    if not after:
        yield passed
    for step in sorted(filter(None, after)):
        yield from ways_through(kind, (*passed, step))


# Under guarantee there is no price to say, so none to agree on or to refuse.
UNPRICED = {"quoted", "agreed", "quote_refused"}


@pytest.mark.parametrize(("kind", "reached"), [(NETWORK, set(STATES)), (GUARANTEE, set(STATES) - UNPRICED)])
def test_every_state_is_reached_and_every_way_ends(kind, reached):
    ways = set(ways_through(kind))
    assert {state for passed in ways for state in passed} == reached
    assert {passed[-1] for passed in ways} == reached & set(ENDED)


@pytest.mark.parametrize(
    ("kind", "asked"), [(NETWORK, ("accepted", "quoted", "agreed")), (GUARANTEE, ("accepted",))]
)
def test_nothing_is_repaired_unasked(kind, asked):
    repaired = [passed for passed in ways_through(kind) if passed[-1] == "repaired"]
    assert repaired == [(SENT, *asked, "repaired")]


@pytest.mark.parametrize(
    ("state", "kind", "remind", "expire"),
    [
        (SENT, NETWORK, 2, 7),
        ("accepted", NETWORK, 2, 7),
        ("quoted", NETWORK, 2, 7),
        ("agreed", NETWORK, 14, 60),
        (SENT, GUARANTEE, 2, 7),
        ("accepted", GUARANTEE, 14, 60),
    ],
)
def test_how_long_anybody_waits(state, kind, remind, expire):
    due = deadlines(state, kind, START)
    assert (due.remind_at - START, due.expire_at - START) == (timedelta(days=remind), timedelta(days=expire))


def test_nobody_is_silent_before_they_meet():
    meeting = START + timedelta(days=10)
    assert deadlines("accepted", NETWORK, START, meeting).remind_at == meeting + timedelta(days=2)
    assert deadlines("accepted", NETWORK, START, START - timedelta(days=1)).remind_at == START + timedelta(
        days=2
    )


def test_a_price_is_answered_without_a_meeting():
    assert deadlines("quoted", NETWORK, START, START + timedelta(days=30)) == deadlines(
        "quoted", NETWORK, START
    )


def test_whose_turn_it_is_is_a_side_that_can_do_something():
    for kind in KINDS:
        for state in OPEN:
            if kind == NETWORK or state in (SENT, "accepted"):
                assert possible(turn(state), state, kind) - {"cancel", "decline"}


def test_links_close_a_while_after_the_end_and_before_the_purge():
    for kind in KINDS:
        most = rules.readable_for(kind)
        assert is_readable(kind, None, START)
        assert is_readable(kind, START, START + most - timedelta(seconds=1))
        assert not is_readable(kind, START, START + most)
        assert most < rules.BLANK_AFTER
    assert rules.readable_for(rules.GUARANTEE) > timedelta(days=CONFORM_DAYS), "who is told then can read it"
