"""Changing offers, and the price that would win: the pure parts against the shop's own rules."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.catalog import offering
from storefront.catalog.actions import take_units
from storefront.catalog.bulk import BulkChange, ending_in
from storefront.catalog.errors import OfferChanged
from storefront.catalog.history import price_history
from storefront.catalog.models import CatalogGeneration, Offer
from storefront.catalog.offer_file import HIGHEST_PRICE_MINOR
from storefront.catalog.offering import Change
from storefront.catalog.rules import Rival, by_value, value
from storefront.catalog.standing import standing_of
from storefront.catalog.winning import Contender, winning_price
from storefront.core.database import db
from storefront.sellers.models import Seller

from ..factories import make_offer, make_person, make_seller

PRICES = st.integers(1, 3_000)
RISKS = st.sampled_from([0.0, 0.01, 0.03, 0.2, 0.6, 0.99])
CARD = st.lists(st.tuples(PRICES, RISKS), min_size=2, max_size=5)


def first_of(contenders: list[Contender]) -> int:
    """Who is first by the rules that pages rank by, worked out from the start."""
    usual = float(np.median([one.price for one in contenders]))
    return by_value(
        Rival(one.id, one.price, one.risk, float(value(float(one.price), usual, one.risk)))
        for one in contenders
    )[0].id


def at(price: int, own: Contender, others: list[Contender]) -> bool:
    return first_of([Contender(own.id, price, own.risk), *others]) == own.id


@settings(max_examples=150, deadline=None)
@given(card=CARD, place=st.integers(0, 4))
def test_at_the_winning_price_it_is_first_and_a_cent_above_it_is_not(card, place):
    contenders = [Contender(number, price, risk) for number, (price, risk) in enumerate(card, 1)]
    own = contenders.pop(place % len(contenders))
    winning = winning_price(own, contenders)

    if winning is None:
        assert not any(at(price, own, contenders) for price in range(1, 6_000, 7))
    elif winning == HIGHEST_PRICE_MINOR:
        assert at(winning, own, contenders)
    else:
        assert at(winning, own, contenders)
        assert not any(at(price, own, contenders) for price in (winning + 1, winning + 2, 2 * winning + 9))


def test_worked_prices():
    safe, risky = Contender(2, 30000, 0.02), Contender(1, 30000, 0.02)

    # Of two alike, the lower id is first: the later one must be a cent cheaper.
    assert winning_price(Contender(1, 99900, 0.02), [safe]) == 30000
    assert winning_price(Contender(2, 99900, 0.02), [risky]) == 29999
    assert winning_price(Contender(1, 5, 0.02), []) == HIGHEST_PRICE_MINOR
    # Far too many problems: below 70 % of the usual price nothing is gained by being cheaper still.
    assert winning_price(Contender(9, 30000, 0.9), [safe, Contender(3, 30000, 0.02)]) is None


@pytest.mark.parametrize(
    ("minor", "ending", "result"),
    [
        (31950, 90, 31990),
        (31939, 90, 31890),
        (31940, 90, 31990),
        (31950, 0, 32000),
        (31949, 0, 31900),
        (40, 90, 90),
        (39, 90, -10),
        (5, None, 5),
    ],
)
def test_prices_are_made_to_end_in(minor, ending, result):
    assert ending_in(minor, ending) == result


@given(minor=st.integers(1, 10**9), ending=st.sampled_from([0, 90]))
def test_an_ending_moves_a_price_by_half_a_unit_at_most(minor, ending):
    made = ending_in(minor, ending)

    assert (made % 100, abs(made - minor) <= 50) == (ending, True)
    assert ending_in(made, ending) == made


def test_a_percentage_is_rounded_once():
    assert BulkChange(percent=Decimal(-10), ending="90").price(31950) == 28790
    assert BulkChange(percent=Decimal("2.5")).price(333) == 341
    assert BulkChange(amount_minor=-400).price(399) == -1
    assert BulkChange(stock=3).price(333) == 333


def change(offer: Offer, name: str, seen, wanted, now) -> None:
    offering.edit_offer(offer.id, {name: Change(seen, wanted)}, by=make_person().id, now=now)
    db.session.expire_all()


def generation() -> int:
    return db.session.query(CatalogGeneration.number).scalar()


def test_stock_is_set_only_while_it_is_what_was_seen(db_session, now):
    offer = make_offer(stock=5)
    take_units({offer.id: 1})
    with pytest.raises(OfferChanged) as refused:
        change(offer, "stock", 5, 8, now)
    db.session.expire_all()

    assert (refused.value.theirs, offer.stock) == ({"stock": 4}, 4)
    change(offer, "stock", 4, 8, now)
    assert offer.stock == 8


def test_what_both_wanted_is_no_quarrel_and_changes_nothing_twice(db_session, now):
    offer = make_offer()
    change(offer, "price_minor", 32000, 30000, now)
    before = generation()
    change(offer, "price_minor", 32000, 30000, now)

    assert (offer.price_minor, offer.changed_at, generation()) == (30000, now, before)
    assert [(line.from_minor, line.to_minor, line.by) for line in price_history(offer.id)] == [
        (32000, 30000, "Dominique Ferrand")
    ]


def test_the_place_is_that_of_the_shops_pages(db_session, now):
    safe, risky = make_seller(risk=0.01), make_seller(risk=0.2)
    first = make_offer(seller_id=safe.id, price_minor=33000)
    second = make_offer(seller_id=risky.id, price_minor=32000, product_id=first.product_id)
    make_offer(seller_id=risky.id, price_minor=100, product_id=first.product_id, stock=0)

    assert (standing_of(first).place, standing_of(second).place, standing_of(second).of) == (1, 2, 2)
    winning = standing_of(second).winning
    assert winning is not None
    assert winning < 32000
    change(second, "price_minor", 32000, winning, now)
    assert standing_of(second).place == 1
    change(second, "price_minor", winning, winning + 1, now)
    assert standing_of(second).place == 2
    db.session.query(Seller).filter_by(id=safe.id).update({"standing": "suspended"})
    db.session.expire_all()
    assert (standing_of(first).seen, standing_of(second).of) == (False, 1)
