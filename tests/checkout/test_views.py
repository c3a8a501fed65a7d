"""The journey from a cart to an order, as a browser makes it."""

import re
import threading
from datetime import time
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from storefront.cart.models import Cart
from storefront.catalog.models import Offer
from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.orders.models import ShopOrder
from tests.factories import make_offer, make_seller
from tests.shopper import read_forms

BUYER = {
    "email": "lou@example.com",
    "name": "Lou Martin",
    "phone": "+33 6 12 34 56 78",
    "street": "3 rue Crébillon",
    "postcode": "44000",
    "city": "Nantes",
}


@pytest.fixture
def offer(db_session) -> Offer:
    return make_offer(price_minor=32000, stock=3)


@pytest.fixture
def page(client, offer):
    """A visitor's checkout page with one phone in the cart."""
    client.post("/cart/add", data={"offer": offer.id})
    return client.get("/checkout")


def orders() -> list[ShopOrder]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(ShopOrder).order_by(ShopOrder.id)))


def stock(offer: Offer) -> int:
    db.session.rollback()
    return db.session.execute(sa.select(Offer.stock).where(Offer.id == offer.id)).scalar_one()


def set_offer(**values: int) -> None:
    """As an import would, behind everybody's back."""
    db.session.execute(sa.update(Offer).values(**values))
    db.session.commit()


def wrong_fields(html: str) -> set[str]:
    return set(re.findall(r'id="e-([\w-]+)"', html))


def test_from_cart_to_order(client, page, offer):
    answer = client.submit(page, "/checkout", BUYER)
    (order,) = orders()
    assert (answer.status_code, answer.location) == (303, f"/orders/{order.token}")
    assert (order.total_minor, order.payment_method, order.email, order.language) == (
        32390,
        "bank-transfer",
        "lou@example.com",
        "en",
    )
    assert order.pay_by.astimezone(ZoneInfo("Europe/Paris")).time() == time(23, 59, 59)
    assert stock(offer) == 2
    assert db.session.scalars(sa.select(OutgoingMail.reason)).all() == [f"order-placed-{order.id}"]
    assert "Nothing in here yet" in client.get("/cart").text
    assert client.get_cookie("cart_items") is None
    assert order.number in client.get(answer.location).text


def test_every_field_can_be_filled_by_the_browser(page):
    form = page.text.partition('action="/checkout"')[2]
    tokens = dict(re.findall(r'name="(\w+)"[^>]* autocomplete="([\w-]+)"', form))
    assert tokens == {
        "email": "email",
        "name": "name",
        "phone": "tel",
        "street": "address-line1",
        "street_more": "address-line2",
        "postcode": "postal-code",
        "city": "address-level2",
        "country": "country",
    }


def test_the_button_says_that_it_costs(page):
    assert '<button class="btn loud wide">Order and pay</button>' in page.text


def test_a_french_order_is_written_to_in_french(client, offer):
    client.post("/cart/add", data={"offer": offer.id})
    answer = client.submit(client.get("/fr/checkout"), "/checkout", BUYER)
    (order,) = orders()
    assert answer.location == f"/fr/orders/{order.token}"
    assert order.language == "fr"


def test_an_empty_cart_has_nothing_to_check_out(client):
    answer = client.get("/checkout")
    assert (answer.status_code, answer.location) == (303, "/cart")


def test_the_same_form_twice_is_one_order(client, page, offer):
    first = client.submit(page, "/checkout", BUYER)
    second = client.submit(page, "/checkout", {**BUYER, "name": "Changed after Back"})
    assert first.location == second.location
    assert [order.name for order in orders()] == ["Lou Martin"]
    assert stock(offer) == 2
    assert db.session.execute(sa.select(sa.func.count(OutgoingMail.id))).scalar_one() == 1


def test_two_presses_at_once_are_one_order(app, client, page, offer):
    places = []
    start = threading.Barrier(6)

    def press() -> None:
        twin = app.test_client()
        for name in ("rebelote", "cart_items"):
            twin.set_cookie(name, client.get_cookie(name).value)
        start.wait()
        answer = twin.submit(page, "/checkout", BUYER)
        places.append((answer.status_code, answer.location))

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (order,) = orders()
    assert set(places) == {(303, f"/orders/{order.token}")}
    assert stock(offer) == 2


def test_a_second_tab_finds_the_cart_ordered(client, page, offer):
    other_tab = client.get("/checkout")
    client.submit(page, "/checkout", BUYER)
    answer = client.submit(other_tab, "/checkout", BUYER)
    assert (answer.status_code, answer.location) == (303, "/cart")
    assert "See your last order" in client.get("/cart").text
    assert (len(orders()), stock(offer)) == (1, 2)


def test_a_changed_price_orders_nothing_and_says_so(client, page, offer):
    set_offer(price_minor=33000)
    answer = client.submit(page, "/checkout", BUYER)
    assert answer.status_code == 409
    assert "Nothing was ordered" in answer.text
    assert "it was €320, it is €330" in answer.text
    assert "Lou Martin" in answer.text
    assert orders() == []
    assert client.submit(answer, "/checkout").status_code == 303
    assert [order.total_minor for order in orders()] == [33390]


def test_sold_out_meanwhile(client, page, offer):
    set_offer(stock=0)
    answer = client.submit(page, "/checkout", BUYER)
    assert (answer.status_code, answer.location) == (303, "/cart")
    assert "Sold out since you put it here" in client.get("/cart").text
    assert orders() == []


def test_one_of_two_sold_out_meanwhile(client, offer):
    client.post("/cart/add", data={"offer": offer.id})
    client.post("/cart/add", data={"offer": make_offer().id})
    page = client.get("/checkout")
    db.session.execute(sa.update(Offer).where(Offer.id == offer.id).values(stock=0))
    answer = client.submit(page, "/checkout", BUYER)
    assert answer.status_code == 409
    assert f"{offer.product.title} is not part of this order." in answer.text
    assert client.submit(answer, "/checkout").status_code == 303
    assert [len(order.parcels) for order in orders()] == [1]


def test_a_line_added_in_another_tab(client, page, offer):
    client.post("/cart/add", data={"offer": offer.id})
    answer = client.submit(page, "/checkout", BUYER)
    assert answer.status_code == 409
    assert orders() == []


def shipping_field(page) -> str:
    return next(
        name for form in read_forms(page.text) for name in form.fields if name.startswith("shipping-")
    )


def test_nobody_pays_more_than_was_shown(client, page):
    """Express chosen, and ordered without a look at the new total: shown again, then it counts."""
    chosen = {**BUYER, shipping_field(page): "express"}
    answer = client.submit(page, "/checkout", chosen)
    assert answer.status_code == 409
    assert "€328.90" in answer.text
    assert orders() == []
    assert client.submit(answer, "/checkout").status_code == 303
    assert [order.total_minor for order in orders()] == [32890]


def test_working_out_the_total_again(client, page):
    chosen = {"name": "Lou", shipping_field(page): "express", "refresh": "yes"}
    answer = client.submit(page, "/checkout", chosen)
    assert answer.status_code == 200
    assert "€328.90" in answer.text
    assert "Lou" in answer.text
    assert wrong_fields(answer.text) == set()


def test_pickup_paid_at_the_counter(client, page):
    answer = client.submit(page, "/checkout", {**BUYER, shipping_field(page): "pickup", "payment": "pickup"})
    assert answer.status_code == 303
    assert [(o.total_minor, o.payment_method) for o in orders()] == [(32000, "pickup")]
    assert "You pay €320 at the seller&#39;s" in client.get(answer.location).text.replace("'", "&#39;")


def test_paying_at_the_counter_needs_pickup(client, page):
    answer = client.submit(page, "/checkout", {**BUYER, "payment": "pickup"})
    assert (answer.status_code, wrong_fields(answer.text)) == (422, {"payment"})
    checked = re.findall(r'name="payment" value="([\w-]+)" checked', answer.text)
    assert checked == ["pickup"]


def test_a_seller_without_an_address_cannot_be_visited(client, db_session):
    client.post("/cart/add", data={"offer": make_offer(seller_id=make_seller(address="").id).id})
    page = client.get("/checkout")
    assert 'value="pickup"' not in page.text.replace('name="payment" value="pickup"', "")
    answer = client.submit(page, "/checkout", {**BUYER, shipping_field(page): "pickup"})
    assert (answer.status_code, wrong_fields(answer.text)) == (422, {shipping_field(page)})


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": ""}, {"email"}),
        ({"email": "lou"}, {"email"}),
        ({"email": "lou@"}, {"email"}),
        ({"email": "a@b@c.fr"}, {"email"}),
        ({"email": "lou@example.com\nBcc: all@example.com"}, {"email"}),
        ({"email": "x" * 10_000 + "@example.com"}, {"email"}),
        ({"name": ""}, {"name"}),
        ({"name": "   "}, {"name"}),
        ({"name": "Lou\0Martin"}, {"name"}),
        ({"name": "x" * 10_000}, {"name"}),
        ({"name": "\u202egnihton"}, {"name"}),
        ({"phone": "call me"}, {"phone"}),
        ({"phone": "12"}, {"phone"}),
        ({"phone": "1" * 30}, {"phone"}),
        ({"street": ""}, {"street"}),
        ({"street": "🙂" * 201}, {"street"}),
        ({"city": "\x1b[31m"}, {"city"}),
        ({"postcode": "4400"}, {"postcode"}),
        ({"postcode": "SW1A 1AA"}, {"postcode"}),
        ({"country": "US"}, {"country"}),
        ({"country": "\0"}, {"country"}),
        ({"country": "BE"}, {"postcode"}),
        ({"payment": "bitcoin"}, {"payment"}),
        ({"payment": None}, {"payment"}),
        ({"email": None, "name": None, "street": None}, {"email", "name", "street"}),
    ],
)
def test_what_cannot_be_taken_gets_a_sentence_and_keeps_the_rest(client, page, fields, wrong):
    answer = client.submit(page, "/checkout", {**BUYER, **fields})
    assert (answer.status_code, wrong_fields(answer.text)) == (422, wrong)
    assert 'role="alert"' in answer.text
    assert "\0" not in answer.text
    for name in BUYER.keys() - fields.keys() - {"phone"}:
        assert f'value="{BUYER[name]}"' in answer.text
    assert orders() == []


def test_the_list_of_errors_follows_the_page(client, page):
    wrong = {**BUYER, "city": "", "postcode": "x", "email": "", "payment": "bitcoin"}
    links = re.findall(r'href="#i-([\w-]+)"', client.submit(page, "/checkout", wrong).text)
    assert links == ["email", "postcode", "city", "payment"]


@pytest.mark.parametrize(
    "name", ["Zoé Müller-Øye", "李小龙", "محمد علي", "Наталья", "👩🏽‍🔧 Jo", "O'Neill & <Sons>", "x" * 120]
)
def test_names_of_all_kinds_are_fine(client, page, name):
    answer = client.submit(page, "/checkout", {**BUYER, "name": name})
    assert answer.status_code == 303
    assert [order.name for order in orders()] == [name]
    assert client.get(answer.location).status_code == 200


def test_a_wrong_choice_of_a_radio_is_kept_where_it_is_right(client, page):
    field = shipping_field(page)
    answer = client.submit(page, "/checkout", {**BUYER, "email": "", field: "express"})
    assert answer.status_code == 422
    assert re.findall(rf'name="{field}" value="(\w+)" checked', answer.text) == ["express"]


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "a\0b" * 8, None])
def test_a_page_without_its_key_gets_a_new_one(client, page, key):
    answer = client.submit(page, "/checkout", {**BUYER, "key": key})
    assert answer.status_code == 422
    assert client.submit(answer, "/checkout").status_code == 303
    assert len(orders()) == 1


@pytest.mark.parametrize("total", ["", "abc", "-1", "9" * 30, "\0", None])
def test_a_tampered_total_orders_nothing_dear(client, page, total):
    answer = client.submit(page, "/checkout", {**BUYER, "total": total})
    assert answer.status_code == 409
    assert orders() == []


def test_repeated_parameters_are_no_error(client, page):
    values = {name: [value, "again"] for name, value in {**read_forms(page.text)[-1].fields, **BUYER}.items()}
    assert client.post("/checkout", data=values).status_code == 303


def test_another_site_cannot_order(client, page):
    fields = {**read_forms(page.text)[-1].fields, **BUYER}
    assert client.post("/checkout", data=fields, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert client.post("/checkout", data={**fields, "csrf_token": "forged"}).status_code == 400
    assert orders() == []


def test_an_expired_token_asks_once_more_with_everything_typed(client, page):
    answer = client.submit(page, "/checkout", {**BUYER, "csrf_token": "expired"})
    assert answer.status_code == 400
    assert client.submit(answer, "/checkout").status_code == 303
    assert [order.name for order in orders()] == ["Lou Martin"]


def test_a_cart_that_was_forgotten_meanwhile(client, page):
    db.session.execute(sa.delete(Cart))
    answer = client.submit(page, "/checkout", BUYER)
    assert (answer.status_code, answer.location) == (303, "/cart")


@pytest.mark.parametrize(
    "nothing", ["\u200b", "\u2060\ufeff", "\u200d\u200c", "\u00ad", "\u3164", "\u2800", "- ."]
)
@pytest.mark.parametrize("field", ["name", "street", "city"])
def test_what_nobody_sees_is_no_name_and_no_town(client, page, field, nothing):
    answer = client.submit(page, "/checkout", {**BUYER, field: nothing})
    assert (answer.status_code, wrong_fields(answer.text)) == (422, {field})


def test_a_name_keeps_what_its_script_needs_and_loses_what_was_copied_along(client, page):
    client.submit(
        page, "/checkout", {**BUYER, "name": "\u200bنرگس\u200cخانم\ufeff", "city": "Nan\u00adtes\u200d"}
    )
    assert [(order.name, order.city) for order in orders()] == [("نرگس\u200cخانم", "Nantes")]


@pytest.mark.parametrize(
    ("path", "sentences"),
    [
        ("/checkout", ["under our terms.", "withdraw for 14 days: guarantee and returns."]),
        (
            "/fr/checkout",
            ["selon nos conditions.", "14 jours pour vous rétracter\u00a0: garantie et retours."],
        ),
    ],
)
def test_links_stand_within_their_sentences(client, page, path, sentences):
    html = client.get(path).text
    text = re.sub(r"<[^>]+>", "", html)
    assert [sentence in text for sentence in sentences] == [True, True]
    assert "&lt;a" not in html


def test_orders_are_limited_by_address_and_nothing_else_counts(make_app, db_session):
    client = make_app(REBELOTE_LIMITS_ORDERS="2").test_client()
    offer = make_offer()
    db_session.commit()

    def checkout():
        client.post("/cart/add", data={"offer": offer.id})
        return client.get("/checkout")

    page = checkout()
    for more, status in (({"email": ""}, 422), ({"refresh": "yes"}, 200), ({}, 303), ({}, 303)):
        answers = [client.submit(page, "/checkout", {**BUYER, **more}).status_code for _ in range(3)]
        assert answers == [status] * 3, more
    assert client.submit(checkout(), "/checkout", BUYER).status_code == 303
    answer = client.submit(checkout(), "/checkout", BUYER)
    assert (answer.status_code, len(orders())) == (429, 2)
    assert answer.retry_after is not None
    assert "please send this page again" in answer.text
    assert 'value="3 rue Crébillon"' in answer.text


def test_the_page_takes_three_statements_whatever_it_holds(client, db_session, count_sql):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            client.post("/cart/add", data={"offer": make_offer().id})
        with count_sql() as statements:
            client.get("/checkout")
        counts.append(len(statements))
    assert counts == [3, 3]


def test_pages_are_small(client, page):
    headers = {"Accept-Encoding": "gzip"}
    order = client.submit(page, "/checkout", BUYER).location
    client.post("/cart/add", data={"offer": make_offer().id})
    for path in ("/cart", "/checkout", order, f"{order}/withdraw", "/withdraw", "/guarantee"):
        answer = client.get(path, headers=headers)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.data) < 7_500, path
