"""Many offers changed at once: looked at, then all or none, and nobody else's."""

import re

import pytest
from sqlalchemy import select

from storefront.catalog.models import Offer, PriceChange
from storefront.core.database import db

from ..factories import make_model, make_offer, make_product
from .world import OPERATOR, OTHER_SELLER, SELLER, populate, unchanged

LESS = {"how": "percent-", "by": "10", "ending": "90"}


@pytest.fixture
def world(app):
    return populate(app)


def stocked(world, actor: str, *prices: int, **values) -> list[int]:
    with world.app.app_context():
        seller_id = world.people[actor].seller_id
        ids = [make_offer(seller_id=seller_id, price_minor=price, **values).id for price in prices]
        db.session.commit()
    return ids


def prices(world) -> dict[int, int]:
    with world.app.app_context():
        return {row.id: row.price_minor for row in db.session.execute(select(Offer.id, Offer.price_minor))}


def send(world, ids: list[int], fields: dict[str, str], *, actor: str = SELLER, to: str = "bulk"):
    somebody = world.people[actor]
    data = {"csrf_token": somebody.token, "which": "chosen", "offer": [str(key) for key in ids], **fields}
    return somebody.client.post(f"/desk/offers/{to}", data=data)


def test_chosen_offers_are_looked_at_and_then_changed(world):
    first, second, third = stocked(world, SELLER, 31950, 10000, 50000)
    look = send(world, [first, second], LESS)
    before = prices(world)
    answer = world.people[SELLER].client.submit(look, "apply")

    assert look.status_code == 200
    assert "€319.50 → <b>€287.90</b>" in look.text
    assert "2 offers of 2 would change." in look.text
    assert before == {first: 31950, second: 10000, third: 50000}
    assert answer.status_code == 303
    assert prices(world) == {first: 28790, second: 8990, third: 50000}
    assert "2 offers were changed." in world.people[SELLER].client.get("/desk/offers").text
    with world.app.app_context():
        assert len(db.session.scalars(select(PriceChange.id)).all()) == 2


def test_offers_are_named_in_the_readers_language_with_their_grade(world):
    with world.app.app_context():
        product = make_product(
            model_id=make_model("iPhone XR").id, title="iPhone XR 128 GB blue", colour="blue"
        )
        product_id = product.id
        db.session.commit()
    ids = stocked(world, SELLER, 20000, product_id=product_id, grade="fair")
    somebody = world.people[SELLER]
    data = {"csrf_token": somebody.token, "which": "chosen", "offer": [str(key) for key in ids], **LESS}
    look = somebody.client.post("/fr/desk/offers/bulk", data=data)

    assert re.search(r"iPhone XR · 128\sGo · bleu", look.text)
    assert "Correct" in look.text


def test_the_whole_list_is_what_its_filters_find(world):
    (fair,) = stocked(world, SELLER, 20000, grade="fair")
    (good,) = stocked(world, SELLER, 20000)
    (theirs,) = stocked(world, OTHER_SELLER, 20000, grade="fair")
    fields = {"which": "all", "listed": "grade=fair", "how": "amount+", "by": "5", "set_guarantee": "24"}
    look = send(world, [], fields)
    answer = world.people[SELLER].client.submit(look, "apply")

    assert answer.headers["Location"] == "/desk/offers?grade=fair"
    assert prices(world) == {fair: 20500, good: 20000, theirs: 20000}


def test_nobody_elses_offers_are_touched(world):
    (theirs,) = stocked(world, OTHER_SELLER, 20000)
    (mine,) = stocked(world, SELLER, 20000)
    alone = send(world, [theirs], LESS)
    look = send(world, [theirs, mine], LESS)
    world.people[SELLER].client.submit(look, "apply")

    assert alone.status_code == 409
    assert "One offer of 1 would change." in look.text
    assert prices(world) == {theirs: 20000, mine: 17990}
    assert send(world, [theirs, mine], LESS, actor=OPERATOR).status_code == 200


@pytest.mark.parametrize("meanwhile", [{"price_minor": 31000}, {"stock": 4}])
def test_what_changed_since_the_look_refuses_all_of_it(world, meanwhile):
    first, second = stocked(world, SELLER, 32000, 20000)
    look = send(world, [first, second], LESS)
    with world.app.app_context():
        db.session.query(Offer).filter_by(id=second).update(meanwhile)
        db.session.commit()
    with unchanged(world.app) as changed:
        answer = world.people[SELLER].client.submit(look, "apply")

    assert (answer.status_code, changed) == (409, [])
    assert "have changed since you looked" in answer.text


def test_one_impossible_price_refuses_all_and_keeps_what_was_typed(world):
    ids = stocked(world, SELLER, 32000, 400)
    answer = send(world, ids, {"how": "amount-", "by": "4,00"})

    assert answer.status_code == 409
    assert "would cost nothing or less" in answer.text
    assert 'value="4,00"' in answer.text
    assert f'name="offer" value="{ids[0]},{ids[1]}"' in answer.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Say what to change"),
        ({"how": "percent-", "by": ""}, "By how much?"),
        ({"how": "percent-", "by": "NaN"}, "By how much?"),
        ({"how": "amount+", "by": "1e9"}, "By how much?"),
        ({"set_stock": "-1"}, "a whole number from 0"),
        ({"set_stock": "100001"}, "a whole number from 0"),
    ],
)
def test_what_cannot_be_read_is_asked_for_again(world, fields, sentence):
    answer = send(world, stocked(world, SELLER, 32000), fields)

    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_who_ticks_nothing_is_told(world):
    assert "Tick the offers that you mean" in send(world, [], LESS).text


def test_a_hundred_offers_cost_as_many_statements_as_one(world, count_sql):
    counts = []
    for number in (1, 99):
        ids = stocked(world, SELLER, *[20000] * number)
        look = send(world, ids, LESS)
        with count_sql() as statements:
            world.people[SELLER].client.submit(look, "apply")
        counts.append(len(statements))

    assert counts[0] == counts[1]
