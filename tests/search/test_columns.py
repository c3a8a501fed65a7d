"""Columns that are changed in place of being made anew: the same to the last number."""

from dataclasses import fields
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from search import OfferRow
from search.columns import Cards, Offers, Products, new_choices
from search.kinds import Kinds

from .makers import GRADES, offer, product

ids = st.integers(1, 12)  # few, so that runs are next to each other, at the ends, and empty
known_ids = st.sets(ids, max_size=8)


@st.composite
def rows(draw: st.DrawFn, owners: st.SearchStrategy[int], first_id: int) -> list[OfferRow]:
    drawn = draw(st.lists(st.tuples(owners, st.sampled_from(GRADES), st.integers(0, 2)), max_size=20))
    return [
        offer(first_id + place, owner, grade=grade, stock=stock, value=draw(st.sampled_from((0.1, 0.5))))
        for place, (owner, grade, stock) in enumerate(drawn)
    ]


def same(one: Any, other: Any) -> None:
    for field in fields(one):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if isinstance(left, dict):
            assert left.keys() == right.keys()
            assert all(np.array_equal(left[key], right[key]) for key in left), field.name
        else:
            assert np.array_equal(left, right), field.name


@settings(max_examples=300, deadline=None)
@given(known_ids, st.sets(ids, min_size=1, max_size=5), st.data())
def test_cards_spliced_are_cards_made_anew(known: set[int], changed: set[int], data: st.DataObject) -> None:
    choices = new_choices(GRADES)
    products = Products.of([product(id, colour=f"c{id % 3}") for id in known], choices, Kinds(len(GRADES)))
    before = data.draw(rows(ids, 1))
    newer = data.draw(rows(st.sampled_from(sorted(changed)), 100))
    if data.draw(st.booleans()):  # the same offers at another value: nothing moves but their numbers
        newer = [row for row in before if row.product_id in changed]
    old, put = Offers.of(before, choices["grade"]), Offers.of(newer, choices["grade"])
    at = np.array(sorted(changed), np.int64)
    expected = Offers.of([row for row in before if row.product_id not in changed] + newer, choices["grade"])
    same(old.replaced(at, put), expected)
    same(Cards.of(products, old).replaced(products, at, old, put), Cards.of(products, expected))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(ids, st.sampled_from(GRADES), st.booleans()), max_size=60), st.data())
def test_a_card_is_shown_by_its_first_offer_that_passes(
    drawn: list[tuple[int, str, bool]], data: st.DataObject
) -> None:
    """Few cards or all, of one offer or of more than are looked at card by card; some of no known product."""
    choices = new_choices(GRADES)
    products = Products.of([product(id) for id in data.draw(known_ids)], choices, Kinds(len(GRADES)))
    offers = Offers.of(
        [offer(id, owner, grade=grade) for id, (owner, grade, _) in enumerate(drawn, start=1)],
        choices["grade"],
    )
    good = np.array([drawn[id - 1][2] for id in offers.id.tolist()], bool)
    cards = Cards.of(products, offers)
    asked = np.flatnonzero(data.draw(st.lists(st.booleans(), min_size=60, max_size=60))[: len(cards.kind)])
    expected = [
        next((place for place in np.flatnonzero(cards.of_offer == card).tolist() if good[place]), -1)
        for card in asked.tolist()
    ]
    assert cards.shown_by(asked, lambda places: good[places]).tolist() == expected
