import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from storefront.catalog.errors import OutOfStock
from storefront.catalog.models import Offer
from storefront.core.database import db, transaction
from storefront.core.mail import OutgoingMail, send_waiting, written
from storefront.core.money import Money
from storefront.orders.models import OrderLine, ShopOrder
from storefront.orders.shown import shown
from tests.factories import NOW, make_offer, make_seller, make_wish, place_an_order

pytestmark = pytest.mark.usefixtures("db_session")


def stock(offer: Offer) -> int:
    return db.session.execute(sa.select(Offer.stock).where(Offer.id == offer.id)).scalar_one()


def orders() -> int:
    return db.session.execute(sa.select(sa.func.count(ShopOrder.id))).scalar_one()


def test_an_order_copies_what_was_agreed():
    seller = make_seller(name="Atelier Loire", handling_days=3)
    offer = make_offer(seller_id=seller.id, price_minor=32000, purchase_price_minor=20000, battery_percent=91)
    title = offer.product.title
    order = place_an_order(make_wish(offer, 2, "express"))
    seller.name, offer.price_minor, offer.product.title = "Another name", 99900, "Another title"
    db.session.flush()
    db.session.expire_all()
    (parcel,) = order.parcels
    (line,) = parcel.lines
    assert (parcel.seller_name, parcel.shipping_method, parcel.shipping_minor, parcel.handling_days) == (
        "Atelier Loire",
        "express",
        890,
        3,
    )
    assert (line.title, line.price_minor, line.quantity, line.grade, line.battery_percent) == (
        title,
        32000,
        2,
        "good",
        91,
    )
    assert (line.vat_scheme, line.vat_minor, line.vat_rate, line.purchase_price_minor) == (
        "margin",
        4148,  # (120.00 + 4.45 of the delivery) * 20 / 120, twice
        2000,
        20000,
    )
    assert (order.goods_minor, order.shipping_minor, order.total_minor) == (64000, 890, 64890)


def test_an_order_takes_its_units():
    offer = make_offer(stock=5)
    place_an_order(make_wish(offer, 2))
    assert stock(offer) == 3


@pytest.mark.parametrize(("language", "country"), [("en", "Germany"), ("fr", "Allemagne")])
def test_the_sellers_address_names_its_country_as_the_customer_does(language, country):
    seller = make_seller(address="1 Hafenstr.", postcode="20457", city="Hamburg", country="DE")
    order = place_an_order(make_wish(make_offer(seller_id=seller.id)), language=language)
    assert order.parcels[0].seller_address == f"1 Hafenstr., 20457 Hamburg, {country}"


def test_delivery_is_taxed_with_the_goods_that_it_carries():
    seller_id = make_seller().id
    margin = make_wish(make_offer(seller_id=seller_id, price_minor=10000, purchase_price_minor=4000))
    standard = make_wish(make_offer(seller_id=seller_id, price_minor=20000, vat_scheme="standard"))
    order = place_an_order(replace(margin, items=margin.items + standard.items))
    # Of 3.90, 1.30 goes with the first: 61.30 / 6 = 10.22; and 2.60 with the second, apart from its goods: 0.43.
    assert [line.vat_minor for line in order.parcels[0].lines] == [1022, 3333]
    assert shown(order, now=NOW).vat == ((Decimal(20), Money(3376, "EUR")),)


def test_margin_vat_without_a_purchase_price_is_left_open():
    order = place_an_order(make_wish(make_offer(purchase_price_minor=None)))
    assert order.parcels[0].lines[0].vat_minor is None


def test_number_and_token_are_readable_and_not_to_be_guessed():
    first, second = place_an_order(), place_an_order()
    assert re.fullmatch(r"R-2026-[2-9A-HJKMNP-TV-Z]{6}", first.number)
    assert len(first.token) >= 22  # 22 letters of base64 are 132 bits
    assert first.token != second.token
    assert first.number != second.number


def test_the_same_form_twice_is_one_order_one_mail_and_its_units_once():
    offer = make_offer(stock=5)
    first = place_an_order(make_wish(offer), key="the-key-of-one-form")
    second = place_an_order(make_wish(offer, 3), key="the-key-of-one-form")
    assert (second.id, orders(), stock(offer)) == (first.id, 1, 4)
    assert db.session.scalars(sa.select(OutgoingMail.reason)).all() == [f"order-placed-{first.id}"]


def test_a_sold_out_offer_leaves_no_trace():
    plenty, single = make_offer(stock=5), make_offer(stock=0)
    db.session.commit()
    wishes = (make_wish(plenty, 2), make_wish(single))
    with pytest.raises(OutOfStock) as refused, transaction():
        place_an_order(*wishes)
    assert refused.value.offer_id == single.id
    assert (orders(), stock(plenty), stock(single)) == (0, 5, 0)
    assert db.session.scalar(sa.select(sa.func.count(OutgoingMail.id))) == 0
    assert db.session.scalar(sa.select(sa.func.count(OrderLine.id))) == 0


def test_promises_begin_with_the_money_or_with_the_order_at_the_counter():
    by_bank = place_an_order(make_wish(make_offer(), 1, "pickup"))
    at_counter = place_an_order(make_wish(make_offer(), 1, "pickup"), payment_method="pickup")
    assert by_bank.parcels[0].send_by is None
    assert str(at_counter.parcels[0].send_by) == "2026-03-04"


def test_the_log_begins_with_the_order():
    order = place_an_order()
    assert [(event.verb, event.actor, event.at) for event in order.events] == [("place", "customer", NOW)]


@pytest.mark.parametrize(("language", "amount"), [("en", "€323.90"), ("fr", "323,90\N{NO-BREAK SPACE}€")])
def test_the_mail_tells_everything_in_the_language_of_the_order(language, amount):
    order = place_an_order(language=language, name="Zoé <b>")
    mail = db.session.scalars(sa.select(OutgoingMail)).one()
    assert order.number in mail.subject
    text, html = written(mail)
    assert amount in text
    assert mail.recipient == "lou@example.com"
    for fact in (order.number, f"/{language}/orders/{order.token}", order.parcels[0].seller_register_number):
        assert fact in text
        assert fact in html
    assert "FR76 3000 6000" in text
    assert "Zoé <b>" in text
    assert "Zoé &lt;b&gt;" in html
    assert not re.search(r"style=|<script|<img|src=", html)


def test_the_database_itself_refuses_wrong_amounts():
    order = place_an_order()
    for column, value in (("total_minor", 1), ("refunded_minor", 1), ("paid_minor", 100)):
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.execute(sa.update(ShopOrder).where(ShopOrder.id == order.id).values({column: value}))


def test_a_number_that_is_taken_is_drawn_again(monkeypatch):
    letters = iter("AAAAAA" + "AAAAAA" + "BBBBBB")
    monkeypatch.setattr("secrets.choice", lambda _letters: next(letters))
    assert [place_an_order().number for _ in range(2)] == ["R-2026-AAAAAA", "R-2026-BBBBBB"]


def test_placing_reads_once_whatever_it_holds(count_sql):
    counts = []
    for number in (1, 3):
        wishes = [make_wish(make_offer()) for _ in range(number)]
        with count_sql() as statements:
            place_an_order(*wishes)
        counts.append(len([statement for statement in statements if statement.startswith("SELECT")]))
    assert counts == [1, 1]


def test_the_line_keeps_the_purchase_document():
    bought = {"purchase_reference": "ACH-17", "purchase_date": date(2026, 2, 1)}
    (line,) = place_an_order(make_wish(make_offer(**bought))).parcels[0].lines
    assert (line.purchase_reference, line.purchase_date) == ("ACH-17", date(2026, 2, 1))


def test_the_mail_is_written_when_it_goes_out_and_not_while_others_wait(app):
    order = place_an_order()
    mail = db.session.scalars(sa.select(OutgoingMail)).one()
    assert (mail.text, mail.html, order.number in mail.subject) == ("", "", True)
    db.session.commit()
    number = order.number
    assert send_waiting(app.config["SETTINGS"]) == 1
    db.session.expire_all()
    mail = db.session.scalars(sa.select(OutgoingMail)).one()
    assert (number in mail.text, number in mail.html) == (True, True)
    (file,) = (app.config["SETTINGS"].instance / "mail").glob("*.eml")
    assert number in file.read_text()
