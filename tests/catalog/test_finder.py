"""Large changes are taken up beside the shoppers, who wait for none of them; small ones go before."""

import time

import pytest

from storefront.catalog.finder import MOST_AT_ONCE, Finder
from storefront.core.database import db

from .makers import set_offer, set_seller, stock
from .truth import all_goods, shown_cards

MANY = 12 * MOST_AT_ONCE


@pytest.fixture
def shop(app):
    """Many phones, each from two sellers: the first one is the better value."""
    rows = [
        row
        for number in range(MANY)
        for row in (
            {"title": f"Phone {number}", "seller": "Giant", "price": "200"},
            {"title": f"Phone {number}", "seller": "Other", "price": "210"},
        )
    ]
    stock(app, *rows)
    with app.app_context():
        app.extensions["finder"].follow()
        db.session.remove()
    return app


def listed(finder: Finder) -> dict[int, float]:
    """Product -> the price of the offer that shows it."""
    state = finder.engine._state
    return dict(
        zip(
            state.offers.product_id[state.cards.first_offer].tolist(),
            state.offers.price[state.cards.first_offer].tolist(),
            strict=True,
        )
    )


def test_a_large_sellers_quality_is_taken_up_beside_the_shoppers(shop):
    finder = shop.extensions["finder"]
    with shop.app_context():
        set_seller("giant", risk=0.3)
        before = finder.engine._state
        number = finder.catch_up()
        assert finder.engine._state is before, "nobody waits for six hundred devices"
        assert finder.behind(number)
        finder.follow()
        assert not finder.behind(number)
        assert set(listed(finder).values()) == {210_00}
        db.session.remove()


def test_a_price_goes_before_what_is_still_followed(shop):
    finder = shop.extensions["finder"]
    with shop.app_context():
        set_seller("giant", risk=0.3)
        finder.catch_up()
        set_offer("A2", price_minor=190_00)
        finder.catch_up()
        prices = listed(finder)
        assert sorted(set(prices.values())) == [190_00, 200_00], "the new price, and old values of all others"
        finder.follow()
        assert sorted(set(listed(finder).values())) == [190_00, 210_00]
        db.session.remove()


def test_a_page_made_meanwhile_is_not_kept_and_the_next_one_is_right(shop, client):
    assert shown_cards(client.get("/search", buffered=True))[0].price == 200_00
    with shop.app_context():
        set_seller("giant", risk=0.3)
        db.session.remove()
    meanwhile = client.get("/search", buffered=True)
    assert meanwhile.headers["Cache-Control"] == "private, no-store"
    page = client.get("/search", buffered=True)
    assert {card.price for card in shown_cards(page)} == {210_00}
    assert page.headers["Cache-Control"].startswith("public")


def test_nobody_waits_for_the_one_who_is_at_it(shop):
    """Whoever holds the columns holds them for milliseconds; a request goes on with what there is."""
    finder = shop.extensions["finder"]
    with shop.app_context():
        set_offer("A2", price_minor=190_00)
        with finder.following, finder.lock:
            began = time.monotonic()
            finder.catch_up()
            finder.follow()
            waited = time.monotonic() - began
        assert 190_00 not in listed(finder).values()
        assert waited < 5, "it came back at all"
        finder.catch_up()
        assert 190_00 in listed(finder).values()
        db.session.remove()


def test_noticing_reads_no_offers_where_there_are_many(shop, count_sql):
    finder = shop.extensions["finder"]
    with shop.app_context():
        set_seller("giant", risk=0.3)
        with count_sql() as statements:
            finder.catch_up()
        assert [statement for statement in statements if "FROM offer" in statement] == []
        assert len(statements) <= 5
        db.session.remove()


def test_a_price_costs_three_statements(shop, count_sql):
    """The generation, what changed, and the offers of that: nothing of sellers and categories."""
    finder = shop.extensions["finder"]
    with shop.app_context():
        for sku, price in (("A2", 190_00), ("A4", 180_00)):
            set_offer(sku, price_minor=price)
            with count_sql() as statements:
                finder.catch_up()
            assert len(statements) == 3
            assert price in listed(finder).values()
        db.session.remove()


def test_all_read_anew_agrees_with_change_by_change(shop, make_app):
    with shop.app_context():
        set_seller("giant", risk=0.3)
        set_offer("A4", price_minor=150_00)
        shop.extensions["finder"].follow()
        followed = listed(shop.extensions["finder"])
        db.session.remove()
    other = make_app()
    with other.app_context():
        other.extensions["finder"].catch_up()
        assert listed(other.extensions["finder"]) == followed
        db.session.remove()
    assert len(followed) == len({goods.slug for goods in all_goods(shop)})
