"""The truth table of parcels, written out once more: what isn't in `ALLOWED` must be refused."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.orders.rules import (
    ACTORS,
    STATES,
    TRANSITIONS,
    Paying,
    balance,
    delivery_given_up_on_return,
    is_tracking_link,
    is_undoable,
    order_state,
    spread,
    target,
)

# Money: "before" is paid before sending and hasn't come, "came" has come; "counter" is owed at the counter, "till" was
# paid there.
MONEY = {
    "before": Paying(at_counter=False, money_came=False),
    "came": Paying(at_counter=False, money_came=True),
    "counter": Paying(at_counter=True, money_came=False),
    "till": Paying(at_counter=True, money_came=True),
}
CU, SE, OP, SY = ACTORS  # customer, seller, operator, system
ANY_MONEY = tuple(MONEY)

# verb, from, to, who, money
ALLOWED = [
    ("pay", "placed", "paid", (OP, SY), ("before", "came")),
    ("unpay", "paid", "placed", (OP,), ("before", "came")),
    ("unpay", "accepted", "placed", (OP,), ("before", "came")),
    ("accept", "placed", "accepted", (SE, OP), ("counter",)),
    ("accept", "paid", "accepted", (SE, OP), ANY_MONEY),
    ("ship", "placed", "shipped", (SE, OP), ("counter",)),
    ("ship", "paid", "shipped", (SE, OP), ANY_MONEY),
    ("ship", "accepted", "shipped", (SE, OP), ANY_MONEY),
    ("deliver", "shipped", "delivered", ACTORS, ("came", "till")),
    ("deliver", "shipped", "delivered", (SE, OP), ("counter",)),
    ("cancel", "placed", "cancelled", (CU, OP, SY), ANY_MONEY),
    ("cancel", "paid", "cancelled", (CU, OP), ANY_MONEY),
    ("cancel", "accepted", "cancelled", (CU, OP), ANY_MONEY),
    ("cancel", "accepted", "cancelled", (SY,), ("counter",)),
    ("cancel", "shipped", "cancelled", (CU, OP, SY), ("counter",)),
    ("refuse", "placed", "refused", (SE, OP), ANY_MONEY),
    ("refuse", "paid", "refused", (SE, OP), ANY_MONEY),
    ("refuse", "accepted", "refused", (SE, OP), ANY_MONEY),
    ("return", "shipped", "returned", (SE, OP), ("came", "till")),
    ("return", "delivered", "returned", (SE, OP), ("came", "till")),
    ("refund", "cancelled", "refunded", (OP, SY), ("came", "till")),
    ("refund", "refused", "refunded", (OP, SY), ("came", "till")),
    ("refund", "returned", "refunded", (OP, SY), ("came", "till")),
    ("revive", "cancelled", "paid", (OP, SY), ("before", "came")),
]
VERBS = sorted({row.verb for row in TRANSITIONS})


def test_what_is_allowed_and_nothing_else():
    allowed = {
        (verb, source, actor, money): to
        for verb, source, to, actors, moneys in ALLOWED
        for actor, money in product(actors, moneys)
    }
    told = {
        (verb, source, actor, money): to
        for verb, source, actor, money in product(VERBS, STATES, ACTORS, MONEY)
        if (to := target(verb, source, actor, MONEY[money])) is not None
    }
    assert told == allowed


def test_every_state_can_be_reached_from_placed():
    reached = {"placed"}
    for _ in STATES:
        reached |= {row.target for row in TRANSITIONS if reached & set(row.sources)}
    assert reached == set(STATES)


def test_an_unknown_verb_leads_nowhere():
    assert target("steal", "placed", OP, MONEY["came"]) is None


@pytest.mark.parametrize(
    ("parcels", "state"),
    [
        (["placed"], "placed"),
        (["paid", "paid"], "paid"),
        (["delivered", "shipped"], "shipped"),
        (["delivered", "placed", "shipped"], "placed"),
        (["delivered", "delivered"], "delivered"),
        (["cancelled", "delivered"], "delivered"),
        (["refused", "accepted"], "accepted"),
        (["cancelled", "cancelled"], "cancelled"),
        (["cancelled", "refunded"], "cancelled"),
        (["refused", "cancelled"], "refused"),
        (["returned", "refunded"], "returned"),
        (["refunded", "refunded"], "refunded"),
    ],
)
def test_the_order_is_where_its_slowest_parcel_is(parcels, state):
    assert order_state(parcels) == state
    assert order_state(parcels[::-1]) == state


@pytest.mark.parametrize(
    ("total", "given_up", "paid", "refunded", "expected"),
    [
        (50000, 0, 0, 0, -50000),  # to be paid
        (50000, 12000, 0, 0, -38000),  # a parcel less to be paid
        (50000, 0, 50000, 0, 0),
        (50000, 12000, 50000, 0, 12000),  # to be paid back
        (50000, 12000, 50000, 12000, 0),
        (50000, 50000, 50000, 12000, 38000),
        (50000, 50000, 0, 0, 0),  # ran out unpaid
        (50000, 0, 100000, 0, 50000),  # paid twice
    ],
)
def test_what_is_between_shop_and_customer(total, given_up, paid, refunded, expected):
    assert balance(total=total, given_up=given_up, paid=paid, refunded=refunded) == expected


@pytest.mark.parametrize(
    ("delivery", "before", "expected"),
    [(390, 0, 390), (890, 0, 390), (0, 0, 0), (890, 100, 290), (890, 890, 0)],
)
def test_a_return_pays_back_standard_delivery_and_that_once(delivery, before, expected):
    assert delivery_given_up_on_return(delivery, 390, before) == expected


@pytest.mark.parametrize(
    ("amount", "left", "parts"),
    [
        (3000, [20000, 0, 10000], [2000, 0, 1000]),
        (100, [1, 1, 1000], [1, 0, 99]),
        (2, [0, 1, 1], [0, 1, 1]),
        (1, [0, 1, 1], [0, 1, 0]),
        (0, [5, 5], [0, 0]),
        (10, [5, 5], [5, 5]),
        (0, [], []),
    ],
)
def test_an_amount_is_spread_over_what_is_left(amount, left, parts):
    assert spread(amount, left) == parts


@given(st.lists(st.integers(0, 1000), max_size=8), st.data())
def test_no_cent_is_lost_in_spreading_and_none_taken_twice(left, data):
    amount = data.draw(st.integers(0, sum(left)))
    parts = spread(amount, left)
    assert sum(parts) == amount
    assert all(0 <= part <= one for part, one in zip(parts, left, strict=True))


def test_more_than_is_left_can_not_be_spread():
    with pytest.raises(ValueError, match="more than is left"):
        spread(11, [5, 5])


@pytest.mark.parametrize(
    ("link", "fits"),
    [
        ("https://suivi.colis.example/0001?n=1&x=%20#here", True),
        ("https://suivi.colis.example", True),
        ("https://suivi.colis.example:8443/a", True),
        ("http://suivi.colis.example/1", False),
        ("https://colis.example@elsewhere.example/1", False),
        ("https://colis/1", False),
        ("https://colis.example/<script>", False),
        ("https://colis.example/a b", False),
        ("javascript:alert(1)", False),
        ("https://colis.example/" + "a" * 500, False),
        ("", False),
    ],
)
def test_what_may_stand_on_a_page_as_a_carriers_link(link, fits):
    assert is_tracking_link(link) == fits


@pytest.mark.parametrize(
    ("noted_by", "refunded", "was_sent", "undoable"),
    [
        (["operator"], 0, False, True),
        (["operator", "operator"], 0, False, True),
        ([], 0, False, False),
        (["system"], 0, False, False),
        (["operator", "system"], 0, False, False),
        (["operator"], 1, False, False),
        (["operator"], 0, True, False),
    ],
)
def test_only_what_was_noted_by_hand_and_led_to_nothing_is_undone(noted_by, refunded, was_sent, undoable):
    assert is_undoable(noted_by=noted_by, refunded=refunded, was_sent=was_sent) is undoable
