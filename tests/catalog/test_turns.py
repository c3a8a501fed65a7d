"""Newcomers' turns: a small share of places, drawn by the day, said where it matters, harmful to no newcomer."""

from datetime import date, timedelta
from statistics import mean

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from storefront.catalog.finder import current_finder
from storefront.catalog.models import Offer
from storefront.catalog.reasons import sentence
from storefront.catalog.rules import GRADES, TURN_SHARE, Reason, Rival, Turns, newcomers_turn, reason
from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.sellers.models import Seller

from .makers import as_csv, load_text, phones
from .truth import shown_cards

DAY = date(2026, 3, 2)
days = st.dates(date(2020, 1, 1), date(2100, 1, 1))
products, grades, risks = st.integers(1, 10**9), st.sampled_from(GRADES), st.floats(0.001, 0.999)


def test_one_place_in_ten_and_each_day_others():
    def turns(day: date) -> set[tuple[int, str]]:
        return {(id, grade) for id in range(2000) for grade in GRADES if newcomers_turn(id, grade, day)}

    today, tomorrow = turns(DAY), turns(DAY + timedelta(days=1))
    assert 0.09 < len(today) / 8000 < 0.11
    assert TURN_SHARE == 10
    assert len(today & tomorrow) < 0.2 * len(today)


@given(products, grades, days)
def test_a_place_has_its_turn_all_day_and_sooner_or_later(product_id, grade, day):
    assert newcomers_turn(product_id, grade, day) == newcomers_turn(product_id, grade, day)
    year = [newcomers_turn(product_id, grade, day + timedelta(days=number)) for number in range(365)]
    assert 0.03 < mean(year) < 0.2


@given(risks, risks, products, grades, days)
def test_a_turn_never_does_harm_and_only_to_newcomers_any_good(own, drawn, product_id, grade, day):
    turns = Turns(day, {7: drawn})
    shown = turns.risk(own, seller_id=7, product_id=product_id, grade=grade)
    assert shown == (min(own, drawn) if newcomers_turn(product_id, grade, day) else own)
    assert turns.risk(own, seller_id=8, product_id=product_id, grade=grade) == own


@given(risks, risks, products, grades, days)
def test_among_other_devices_a_turn_lies_between_luck_and_caution(own, drawn, product_id, grade, day):
    turns, card = Turns(day, {7: drawn}), {"product_id": product_id, "grade": grade}
    shown = turns.risk(own, seller_id=7, **card)
    assert shown <= turns.list_risk(own, seller_id=7, **card) <= own
    assert turns.list_risk(own, seller_id=8, **card) == own


def test_among_other_devices_turns_are_spread():
    turns = Turns(DAY, {7: 0.0001})
    places = [turns.list_risk(0.03, seller_id=7, product_id=number, grade="good") for number in range(2000)]
    drawn = [place for place in places if place < 0.03]
    assert 150 < len(drawn) < 250
    assert 0.35 < sum(place < 0.015 for place in drawn) / len(drawn) < 0.65


@pytest.mark.parametrize(
    ("rivals", "kind"),
    [
        # First only by the turn.
        ([Rival(1, 300, 0.06, 0.6, True, 0.4), Rival(2, 310, 0.02, 0.5)], "turn"),
        # First with or without.
        ([Rival(1, 300, 0.06, 0.7, True, 0.6), Rival(2, 310, 0.02, 0.5)], "cheapest_newcomer"),
        # Two newcomers have the turn, but the other one would be first without.
        ([Rival(1, 300, 0.06, 0.7, True, 0.4), Rival(2, 310, 0.06, 0.65, True, 0.6)], "turn"),
        # A turn, and no newcomer first for all that.
        ([Rival(1, 300, 0.02, 0.7), Rival(2, 310, 0.06, 0.5, True, 0.3)], "cheapest"),
        # Nobody else sells it.
        ([Rival(1, 300, 0.06, 0.7, True, 0.6)], "newcomer"),
    ],
)
def test_a_turn_is_said_where_it_decides(rivals, kind):
    assert reason(rivals[0], rivals).kind == kind


def test_the_sentence(app):
    with app.test_request_context("/en/"):
        assert sentence(Reason("turn")).startswith("Newcomer's turn: one place in ten")


@pytest.fixture
def shop(app):
    """Forty phones in one grade, each from a known seller and, a little cheaper, from a newcomer."""
    rows = [
        row
        for number in range(40)
        for row in (
            {"title": f"Phone {number}", "seller": "Old Hand", "price": "200"},
            {"title": f"Phone {number}", "seller": "New Face", "price": "198"},
        )
    ]
    with app.app_context():
        load_text(as_csv(phones(*rows)), create=True)
        db.session.execute(
            sa.update(Seller).where(Seller.name == "Old Hand").values(standing="active", risk=0.035)
        )
        db.session.commit()
        db.session.remove()
    return app


def featured(shop) -> dict[str, tuple[str, str]]:
    """By product: the seller who is first, and the card."""
    client = shop.test_client()
    cards = [card for page in (1, 2, 3) for card in shown_cards(client.get(f"/search?page={page}"))]
    with shop.app_context():
        sellers = dict(
            db.session.execute(
                sa.select(Offer.sku, Seller.name).join(Seller, Offer.seller_id == Seller.id)
            ).all()
        )
        db.session.remove()
    return {card.slug: (sellers[card.sku], card.html) for card in cards}


def a_lucky_day(*, today: date) -> dict[int, float]:
    newcomers = sa.select(Seller.id).where(Seller.standing == "probation")
    return dict.fromkeys(db.session.scalars(newcomers), 0.001)


def test_only_where_it_is_their_turn_newcomers_come_first(shop, monkeypatch):
    monkeypatch.setattr("storefront.catalog.news.drawn_risks", a_lucky_day)
    first = featured(shop)
    with shop.app_context():
        ids: dict[str, int] = dict(db.session.execute(sa.text("SELECT slug, id FROM product")).all())
        db.session.remove()
    assert len(first) == 40
    turns = {slug for slug in first if newcomers_turn(ids[slug], "good", utcnow().date())}
    assert {slug for slug, (seller, _) in first.items() if seller == "New Face"} == turns
    assert {slug for slug, (_, html) in first.items() if "Newcomer&#39;s turn" in html} == turns
    for slug in turns:
        page = shop.test_client().get(f"/p/{slug}").text
        assert "Newcomer&#39;s turn" in page
        assert page.index("New Face") < page.index("Old Hand"), "the page agrees with its card"


def test_a_new_day_ranks_anew_without_any_change(shop):
    with shop.app_context():
        finder = current_finder()
        finder.catch_up()
        before = finder.turns
        finder.turns = Turns(before.day - timedelta(days=1), {})
        finder.follow()
        assert finder.turns == before
        db.session.remove()


def test_a_newcomer_has_its_turns_from_its_first_offer_on(shop):
    """Of a device that was there before: no words change, and nothing else is new."""
    with shop.app_context():
        finder = current_finder()
        finder.catch_up()
        row = {"title": "Phone 1", "seller": "Newer Face", "price": "199", "sku": "newer-1"}
        load_text(as_csv(phones(row)), create=True)
        finder.catch_up()
        newer = db.session.scalar(sa.select(Seller.id).where(Seller.name == "Newer Face"))
        assert newer in finder.turns.risks
        db.session.remove()


def test_how_we_rank_says_so(shop):
    page = shop.test_client().get("/how-we-rank").text
    assert "one device and grade in 10, drawn anew each day" in page
    assert "drawn by lot as well" in page
    assert "a risk under 1.5 % as 1.5 %" in page
