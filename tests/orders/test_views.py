import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.core.money import Money
from storefront.orders import actions
from storefront.orders.models import ShopOrder
from storefront.orders.rules import OPERATOR, SELLER
from tests.factories import make_offer, make_seller, make_wish, place_an_order
from tests.shopper import read_forms


@pytest.fixture
def order(db_session) -> ShopOrder:
    placed = place_an_order(now=utcnow(), pay_by=utcnow() + timedelta(days=7))
    db_session.commit()
    return placed


def paid(order: ShopOrder) -> ShopOrder:
    actions.mark_paid(order_id=order.id, amount=Money(order.total_minor, "EUR"), by=OPERATOR, now=utcnow())
    return order


def delivered(order: ShopOrder) -> ShopOrder:
    for parcel in paid(order).parcels:
        actions.ship(parcel_id=parcel.id, by=SELLER, now=utcnow())
        actions.deliver(parcel_id=parcel.id, by=SELLER, now=utcnow())
    return order


def form_token(html: str) -> str:
    return str(read_forms(html)[-1].fields["csrf_token"])


def receipts() -> int:
    statement = sa.select(sa.func.count(OutgoingMail.id)).where(OutgoingMail.reason.startswith("withdrawal-"))
    return db.session.execute(statement).scalar_one()


def test_the_page_tells_what_a_customer_needs(client, order):
    page = client.get(f"/orders/{order.token}")
    (parcel,) = order.parcels
    for text in (
        order.number,
        parcel.lines[0].title,
        parcel.seller_legal_name,
        parcel.seller_register_number,
        "€323.90",
        "FR76 3000 6000",
        "Margin scheme – second-hand goods",
        "Legal guarantee: 2 years",
        "Cancel the order",
    ):
        assert text in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_margin_scheme_shows_no_vat_and_standard_scheme_does(client, db_session):
    margin = place_an_order(make_wish(make_offer()))
    standard = place_an_order(make_wish(make_offer(vat_scheme="standard")))
    assert "of which VAT" not in client.get(f"/orders/{margin.token}").text
    text = client.get(f"/orders/{standard.token}").text
    # 320.00 and 3.90 of delivery hold 53.33 and 0.65 at 20 %.
    assert re.search(r"of which VAT at 20 %</th><td class=\"num\">€53\.98", text)
    assert "Margin scheme" not in text


def test_the_purchase_price_is_shown_to_nobody(client, db_session):
    order = place_an_order(make_wish(make_offer(purchase_price_minor=12345)))
    assert "123.45" not in client.get(f"/orders/{order.token}").text


def test_guarantees_have_dates_once_it_is_there(client, order):
    delivered(order)
    text = client.get(f"/orders/{order.token}").text
    assert "Legal guarantee until" in text
    assert "The seller's own guarantee until" in text
    assert "You may send it back until" in text


@pytest.mark.parametrize("token", ["x", "a" * 32, "%00" * 32, "../admin", "é" * 30, "1"])
@pytest.mark.parametrize("path", ["", "/withdraw", "/withdrawn"])
def test_a_stranger_finds_nothing(client, order, token, path):
    assert client.get(f"/orders/{token}{path}").status_code == 404


def test_a_stranger_does_nothing(client, order):
    other = client.get(f"/orders/{order.token}")
    token = form_token(other.text)
    for path in ("cancel", "withdraw", "pay", f"parcels/{order.parcels[0].id}/received"):
        answer = client.post(f"/orders/{'a' * 32}/{path}", data={"csrf_token": token, "line": "1"})
        assert answer.status_code == 404
    assert order.state == "placed"


def test_cancelling_from_the_page(client, order):
    answer = client.submit(client.get(f"/orders/{order.token}"), "/cancel")
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "Cancelled" in page.text
    assert "How to pay" not in page.text
    assert "Cancel the order" not in page.text


def test_cancelling_twice_is_refused_in_a_sentence(client, order):
    page = client.get(f"/orders/{order.token}")
    client.submit(page, "/cancel")
    answer = client.submit(page, "/cancel")
    assert answer.status_code == 409
    assert "be cancelled any more" in answer.text


def test_cancelling_needs_the_token_of_the_form(client, order):
    assert client.post(f"/orders/{order.token}/cancel").status_code == 400
    db.session.expire_all()
    assert order.state == "placed"


def test_its_customer_says_that_it_arrived(client, order):
    actions.ship(parcel_id=paid(order).parcels[0].id, by=SELLER, now=utcnow())
    answer = client.submit(client.get(f"/orders/{order.token}"), "/received")
    assert answer.status_code == 303
    db.session.expire_all()
    assert order.state == "delivered"


def test_nobody_moves_the_parcel_of_another_order(client, order):
    other = paid(place_an_order())
    parcel = other.parcels[0]
    actions.ship(parcel_id=parcel.id, by=SELLER, now=utcnow())
    actions.ship(parcel_id=paid(order).parcels[0].id, by=SELLER, now=utcnow())
    page = client.get(f"/orders/{order.token}")
    token = form_token(page.text)
    url = f"/orders/{order.token}/parcels/{parcel.id}/received"
    assert client.post(url, data={"csrf_token": token}).status_code == 404
    db.session.expire_all()
    assert other.state == "shipped"


def test_the_page_takes_six_statements_whatever_it_holds(client, db_session, count_sql):
    counts = []
    for number in (1, 3):
        order = place_an_order(*(make_wish(make_offer(seller_id=make_seller().id)) for _ in range(number)))
        with count_sql() as statements:
            client.get(f"/orders/{order.token}")
        counts.append(len(statements))
    assert counts == [6, 6]


def test_withdrawing_in_two_steps(client, order):
    delivered(order)
    page = client.get(f"/orders/{order.token}/withdraw")
    second = client.submit(page, "/withdraw")
    assert second.status_code == 200
    assert "Confirm withdrawal" in second.text
    assert receipts() == 0
    answer = client.submit(second, "/withdraw")
    assert answer.status_code == 303
    assert "We have your withdrawal" in client.get(answer.location).text
    assert receipts() == 1
    assert "withdrawn: to be sent back" in client.get(f"/orders/{order.token}").text


def test_withdrawing_from_nothing_is_asked_again(client, db_session):
    order = place_an_order(make_wish(make_offer()), make_wish(make_offer()))
    page = client.get(f"/orders/{order.token}/withdraw")
    for line in ("", "999999", "abc", "\0"):
        answer = client.submit(page, "/withdraw", {"line": line})
        assert answer.status_code == 422
        assert "Please tick" in answer.text


def test_withdrawing_without_the_link_never_tells_whether_there_is_an_order(client, order):
    delivered(order)
    texts = set()
    for number, email in (
        (order.number, order.email),
        (order.number, "x@example.com"),
        ("R-2026-AAAAAA", "x@example.com"),
    ):
        fields = {"name": "Lou", "number": number, "email": email}
        second = client.submit(client.get("/withdraw"), "/withdraw", fields)
        assert "Confirm withdrawal" in second.text
        answer = client.submit(second, "/withdraw")
        assert answer.status_code == 200
        texts.add(re.sub(r"Sent on [^.]+\.", "", answer.text))
    assert len(texts) == 1
    assert receipts() == 1


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"number": ""}, {"number"}),
        ({"email": "nobody"}, {"email"}),
        ({"name": "x" * 10_000}, {"name"}),
        ({"name": "a\0b", "number": "", "email": ""}, {"name", "number", "email"}),
    ],
)
def test_a_withdrawal_that_cannot_be_read_keeps_what_was_typed(client, fields, wrong):
    values = {"name": "Zoé مرحبا 🙂", "number": "R-2026-7F3K9Q", "email": "zoe@example.com", **fields}
    answer = client.submit(client.get("/withdraw"), "/withdraw", values)
    assert answer.status_code == 422
    assert set(re.findall(r'id="e-(\w+)"', answer.text)) == wrong
    for name in {"name", "number", "email"} - wrong:
        assert values[name] in answer.text


def test_withdrawal_without_the_link_is_limited(make_app):
    client = make_app(REBELOTE_LIMITS_LOOKUPS="2").test_client()
    data = {"name": "Lou", "number": "R-2026-AAAAAA", "email": "x@example.com"}
    assert [client.post("/withdraw", data=data).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("path", ["/guarantee", "/withdraw"])
def test_public_pages_carry_no_cookie_and_may_be_kept(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers.getlist("Set-Cookie") == []
    assert "public" in answer.headers["Cache-Control"]
