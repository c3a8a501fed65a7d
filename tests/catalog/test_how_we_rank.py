"""`/how-we-rank`: the formula at work on today's prices, for whoever wants to check it."""

import re

import pytest

from storefront.catalog.rules import newcomers_turn, value
from storefront.core.clock import utcnow
from storefront.core.database import db

from .makers import set_offer, set_seller, stock


@pytest.fixture
def shop(app):
    """Phones of four sellers each: enough that not all of them are at a newcomer's turn today."""
    rows = [
        {"title": f"Phone {number}", "seller": f"Seller {letter}", "price": price}
        for number in range(6)
        for letter, price in (("A", "300"), ("B", "310"), ("C", "320"), ("D", "330"))
    ]
    stock(app, *rows)
    with app.app_context():
        # Risks that no page shows in full.
        for letter, risk in (("a", 0.030049), ("b", 0.03005), ("c", 0.0300449), ("d", 0.0299951)):
            set_seller(f"seller-{letter}", risk=risk)
        db.session.remove()
    assert not all(newcomers_turn(id, "good", utcnow().date()) for id in range(1, 7))
    return app


def rows(page: str) -> list[tuple[str, float, float, float, float]]:
    """(seller, price, risk, likely cost, value) of the worked example, as the page shows them."""
    pattern = (
        r'<tr><th scope="row">([^<]+)</th><td class="num">€([\d.]+)</td><td class="num">([\d.]+)&nbsp;%</td>'
        r'<td class="num">€([\d.]+)</td><td class="num">([\d.]+)</td></tr>'
    )
    return [
        (name, float(p), float(r) / 100, float(c), float(v)) for name, p, r, c, v in re.findall(pattern, page)
    ]


def test_no_place_is_paid_for(shop):
    page = shop.test_client().get("/how-we-rank").text
    assert "No place in our lists is paid for." in page


def test_a_reader_can_do_the_sum(shop):
    found = rows(shop.test_client().get("/how-we-rank").text)
    assert [name for name, *_ in found] == ["Seller A", "Seller B", "Seller C", "Seller D"]
    for _name, price, risk, likely, worth in found:
        assert likely == pytest.approx(price * (1 + 4 * risk), abs=0.005001)
        assert worth == pytest.approx(float(value(price, 315.0, risk)), abs=0.0005001)


def test_it_says_how_much_each_bad_ending_counts(shop):
    page = shop.test_client().get("/how-we-rank").text
    assert "broken or the wrong grade count whole, cancelled by the seller 0.7, late 0.5" in page


def test_the_example_follows_a_price_at_once(shop):
    visitor = shop.test_client()
    page = visitor.get("/how-we-rank").text
    slug = re.search(r'href="/p/(phone-(\d))\?grade=good"', page)
    assert slug
    with shop.app_context():
        set_offer(f"A{int(slug[2]) * 4 + 4}", price_minor=255_00)
    found = rows(visitor.get("/how-we-rank").text)
    assert found[0][:2] == ("Seller D", 255.0)
    assert "€305" in visitor.get("/how-we-rank").text, "the usual price moved, too"
