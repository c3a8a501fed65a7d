"""Suspending, restoring, ending probation: what shoppers, carts, orders and the seller notice."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront.catalog.finder import current_finder
from storefront.catalog.sale import offers_for_sale
from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.core.money import Money
from storefront.orders import actions as orders
from storefront.orders.rules import OPERATOR as BY_OPERATOR
from storefront.orders.rules import SELLER as BY_SELLER
from storefront.sellers import rules
from storefront.sellers.errors import SellerChanged
from storefront.sellers.members import join
from storefront.sellers.models import Seller
from storefront.sellers.queries import standing_log
from storefront.sellers.rules import DayOutcomes, Record
from storefront.sellers.standings import change_standing

from ..factories import NOW, make_offer, make_person, make_product, make_seller, make_wish, place_an_order


@pytest.fixture
def operator(db_session):
    return make_person("op@example.com", roles=("operator",), name="Olga")


def do(move: str, seller: Seller, operator, *, seen: int | None = None, reason: str = "Because.") -> None:
    change_standing(
        seller_id=seller.id,
        move=move,
        reason=reason,
        seen=seller.version if seen is None else seen,
        person_id=operator.id,
        now=NOW,
    )
    db.session.refresh(seller)


@pytest.mark.parametrize("before", ["active", "probation"])
def test_restoring_leads_back_to_where_it_was(operator, before):
    seller = make_seller(standing=before)

    do("suspend", seller, operator, reason="Bricks")
    suspended = seller.standing
    do("restore", seller, operator, reason="They were phones")

    assert (suspended, seller.standing, seller.version) == ("suspended", before, 3)
    assert [(c.before, c.after, c.reason, c.by) for c in standing_log(seller.id)] == [
        ("suspended", before, "They were phones", "Olga"),
        (before, "suspended", "Bricks", "Olga"),
    ]


def test_one_that_came_in_suspended_is_restored_to_probation(operator):
    seller = make_seller(standing="suspended")
    do("restore", seller, operator)
    assert seller.standing == "probation"


@pytest.mark.parametrize(
    ("standing", "refused"),
    [("probation", ["restore"]), ("active", ["restore", "confirm"]), ("suspended", ["suspend", "confirm"])],
)
def test_a_standing_allows_some_moves_and_no_others(operator, standing, refused):
    found = []
    for move in rules.MOVES:
        seller = make_seller(standing=standing)
        try:
            do(move, seller, operator)
        except SellerChanged:
            found.append(move)
    assert sorted(found) == sorted(refused)
    assert set(rules.moves_from(standing)) == set(rules.MOVES) - set(refused)


def test_the_second_of_two_is_told(operator):
    seller = make_seller()
    do("suspend", seller, operator)
    do("restore", seller, operator)

    with pytest.raises(SellerChanged):
        do("suspend", seller, operator, seen=1)
    assert seller.standing == "active"


def test_the_seller_and_its_people_are_written_to_each_in_their_language(operator):
    seller = make_seller(email="Atelier@example.com", name="Atelier Zola")
    for email, language in (("a@example.com", "fr"), ("atelier@example.com", "en")):
        join(person_id=make_person(email, language=language).id, seller_id=seller.id, now=NOW)

    do("suspend", seller, operator, reason="Three bricks <in> boxes.")

    mails = {mail.recipient: mail for mail in db.session.scalars(select(OutgoingMail))}
    assert set(mails) == {"a@example.com", "atelier@example.com"}
    assert all("Three bricks <in> boxes." in mail.text for mail in mails.values())
    assert all("&lt;in&gt;" in mail.html for mail in mails.values())
    assert "/fr/desk" in mails["a@example.com"].text


def test_offers_leave_shelf_search_and_cart_at_once_orders_go_on_and_all_comes_back(app, client, now):
    with app.app_context():
        operator = make_person(roles=("operator",))
        seller = make_seller()
        product = make_product(title="Minitel 12 gris", slug="minitel-12")
        offer = make_offer(seller_id=seller.id, product_id=product.id)
        order = place_an_order(make_wish(offer), now=now)
        db.session.commit()
        ids = seller.id, operator.id, offer.id, order.parcels[0].id, order.id
    seller_id, operator_id, offer_id, parcel_id, order_id = ids

    def shown() -> tuple[bool, bool, int]:
        with app.app_context():
            current_finder().catch_up()
            available = offers_for_sale([offer_id])[offer_id].available
        search, page = client.get("/search?q=minitel"), client.get("/p/minitel-12")
        return "/p/minitel-12" in search.text, "320" in page.text, available

    def move(name: str, seen: int) -> None:
        with app.app_context():
            change_standing(
                seller_id=seller_id, move=name, reason="r", seen=seen, person_id=operator_id, now=now
            )
            db.session.commit()

    before = shown()
    client.submit(client.get("/p/minitel-12"), "/cart/add")
    move("suspend", 1)
    during, cart = shown(), client.get("/cart").text
    with app.app_context():
        orders.mark_paid(order_id=order_id, amount=Money(32390, "EUR"), by=BY_OPERATOR, now=now)
        orders.accept(parcel_id=parcel_id, by=BY_SELLER, now=now)
        orders.ship(parcel_id=parcel_id, by=BY_SELLER, now=now)
        db.session.commit()
    move("restore", 2)

    assert before == (True, True, 4)
    assert during[0] is False
    assert during[2] == 0
    assert "sells nothing at the moment. It is not counted" in " ".join(cart.split())
    assert shown() == before
    assert "it is not counted" not in client.get("/cart").text


def test_the_end_of_probation_suggests_itself_by_lines_and_risk():
    prior = (2.0, 48.0)
    assert not rules.has_proved_itself(Record(29, 0.0), prior)
    assert rules.has_proved_itself(Record(30, 0.0), prior)
    assert not rules.has_proved_itself(Record(30, 5.0), prior)


def test_a_window_is_the_last_365_days_and_a_month_its_own():
    today = NOW.date()
    days = [
        DayOutcomes(today - timedelta(days=365), "defect", 7),
        DayOutcomes(today - timedelta(days=364), "defect", 1),
        DayOutcomes(today, "late", 2),
        DayOutcomes(today + timedelta(days=1), "good", 9),
    ]
    assert rules.record_until(days, today) == Record(3, 2.0)
    found = rules.months(days, (2.0, 48.0), today=today, count=13)
    assert [(m.first.isoformat(), m.record) for m in (found[0], found[-1])] == [
        ("2025-03-01", Record(8, 8.0)),
        ("2026-03-01", Record(2, 1.0)),
    ]
    assert found[-1].risk == rules.risk(Record(3, 2.0), (2.0, 48.0))


def test_a_file_that_changes_a_standing_leaves_a_line_in_the_log(app, tmp_path):
    from storefront.sellers.seller_file import import_sellers

    file = tmp_path / "sellers.csv"
    with app.app_context():
        seller = make_seller(slug="atelier-zola", name="Zola", country="FR")
        file.write_text("slug,name,country,standing\natelier-zola,Zola,FR,suspended\n")
        import_sellers(file, now=NOW)
        log = standing_log(seller.id)
        assert [(c.before, c.after, c.reason, c.by) for c in log] == [("active", "suspended", "", "")]
        assert seller.version == 2


def test_mails_of_a_standing_tell_each_change_once(operator):
    seller = make_seller()
    do("suspend", seller, operator)
    do("restore", seller, operator)
    reasons = db.session.scalars(select(OutgoingMail.reason).order_by(OutgoingMail.reason)).all()
    assert [re.sub(r"\d+", "#", reason, count=1) for reason in reasons] == [
        "standing-#-2-0",
        "standing-#-3-0",
    ]
