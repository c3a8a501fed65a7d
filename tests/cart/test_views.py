import pytest
import sqlalchemy as sa

from storefront.cart.models import Cart
from storefront.catalog.models import Offer
from storefront.core.database import db
from tests.factories import make_offer, make_person, make_seller
from tests.shopper import without_tokens


def add(client, offer, **fields):
    return client.post("/cart/add", data={"offer": offer.id, **fields})


def count_cookie(client) -> str | None:
    cookie = client.get_cookie("cart_items")
    return cookie.value if cookie else None


def test_an_empty_cart_leaves_no_cookie(client):
    answer = client.get("/cart")
    assert answer.status_code == 200
    assert "Nothing in here yet" in answer.text
    assert answer.headers.getlist("Set-Cookie") == []


def test_adding_leads_to_the_cart_and_counts(client, db_session):
    offer = make_offer()
    answer = add(client, offer, quantity=2)
    assert (answer.status_code, answer.location) == (303, "/cart")
    assert count_cookie(client) == "2"
    page = client.get("/cart")
    assert offer.product.title in page.text
    assert "€640" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_the_session_cookie_is_not_repeated_on_other_pages(client, db_session):
    add(client, make_offer())
    client.get("/cart")  # which adds the token of its forms
    for path in ("/cart", "/guarantee"):
        assert client.get(path).headers.getlist("Set-Cookie") == []


def test_the_count_cookie_can_be_read_by_the_script_and_the_session_cannot(client, db_session):
    cookies = {c.partition("=")[0]: c for c in add(client, make_offer()).headers.getlist("Set-Cookie")}
    assert set(cookies) == {"cart_items", "rebelote"}
    assert "HttpOnly" not in cookies["cart_items"]
    assert "HttpOnly" in cookies["rebelote"]
    assert all("SameSite=Lax" in cookie and "Path=/" in cookie for cookie in cookies.values())


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"offer": ""}, 422),
        ({"offer": "abc"}, 422),
        ({"offer": "1\0"}, 422),
        ({"offer": "9" * 30}, 422),
        ({"offer": "-1"}, 422),
        ({"offer": "٣"}, 422),
        ({"offer": "999999"}, 409),
        ({"offer": "999999", "quantity": "0"}, 422),
        ({"offer": "999999", "quantity": "100"}, 422),
        ({"offer": "999999", "quantity": "1.5"}, 422),
    ],
)
def test_what_cannot_be_added_gets_a_sentence(client, fields, status):
    answer = client.post("/cart/add", data=fields)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert answer.headers.getlist("Set-Cookie") == []


def test_quantity_and_removal_by_plain_forms(client, db_session):
    add(client, make_offer())
    answer = client.submit(client.get("/cart"), "/cart/change", {"quantity": 3})
    assert answer.status_code == 303
    assert count_cookie(client) == "3"
    answer = client.submit(client.get("/cart"), "/cart/remove")
    assert answer.status_code == 303
    assert "Nothing in here yet" in client.get("/cart").text
    assert count_cookie(client) is None


def test_a_quantity_that_cannot_be_is_refused_and_nothing_changes(client, db_session):
    add(client, make_offer())
    for quantity in ("", "-1", "abc", "100", "\0", "9" * 10_000):
        answer = client.submit(client.get("/cart"), "/cart/change", {"quantity": quantity})
        assert answer.status_code == 422
    assert count_cookie(client) == "1"


def test_a_changed_price_is_said_on_the_page(client, db_session):
    offer = make_offer(price_minor=32000)
    add(client, offer)
    db.session.execute(sa.update(Offer).values(price_minor=30050))
    page = client.get("/cart")
    assert "it was €320, it is €300.50" in page.text


def test_a_unit_that_went_is_said_and_the_count_follows(client, db_session):
    offer = make_offer(stock=1)
    add(client, offer)
    db.session.execute(sa.update(Offer).values(stock=0))
    assert "Sold out since you put it here" in client.get("/cart").text
    assert count_cookie(client) is None


def test_the_piece_is_a_part_of_the_page(client, db_session):
    add(client, make_offer())
    page = client.get("/cart")
    piece = client.get("/cart", headers={"HX-Request": "true", "HX-Target": "cart"})
    assert piece.text.strip().startswith('<div id="cart"')
    assert without_tokens(piece.text.strip()) in without_tokens(page.text)
    assert {"HX-Request", "HX-Target"} <= set(page.vary)


def test_an_error_in_a_swap_is_shown(client, db_session):
    add(client, make_offer())
    headers = {"HX-Request": "true", "HX-Target": "cart"}
    answer = client.submit(client.get("/cart"), "/cart/change", {"quantity": "x"}, headers=headers)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text


def test_a_forged_or_stale_cookie_is_an_empty_cart(client, db_session):
    add(client, make_offer())
    db.session.execute(sa.delete(Cart))
    assert "Nothing in here yet" in client.get("/cart").text
    client.set_cookie("rebelote", "forged.forged.forged")
    assert "Nothing in here yet" in client.get("/cart").text
    # And it is of use again.
    assert add(client, make_offer()).status_code == 303
    assert count_cookie(client) == "1"


def test_a_form_of_another_site_adds_nothing(client, db_session):
    offer = make_offer()
    answer = client.post("/cart/add", data={"offer": offer.id}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    assert db.session.scalar(sa.select(sa.func.count(Cart.id))) == 0


def test_change_and_remove_need_the_token(client, db_session):
    add(client, make_offer())
    for path in ("/cart/change", "/cart/remove"):
        assert client.post(path, data={"line": 1, "quantity": 5}).status_code == 400
    assert count_cookie(client) == "1"


def test_the_cart_takes_two_statements_whatever_it_holds(client, db_session, count_sql):
    counts = []
    for _ in range(2):
        seller = make_seller()
        add(client, make_offer(seller_id=seller.id))
        with count_sql() as statements:
            client.get("/cart")
        counts.append(len(statements))
        add(client, make_offer())
    assert counts == [2, 2]


def test_a_cart_planted_before_signing_in_is_kept_and_its_copy_opens_nothing(app, client, db_session):
    make_person("lou@example.com", password="four words in a row")
    offer = make_offer()
    add(client, offer, quantity=2)
    with client.session_transaction() as session:
        planted = session["cart"]
    fields = {"email": "lou@example.com", "password": "four words in a row"}
    assert client.submit(client.get("/sign-in"), "/sign-in", fields).status_code == 303

    copy = app.test_client()
    with copy.session_transaction() as session:
        session["cart"] = planted
    assert offer.product.title in client.get("/cart").text
    assert "Nothing in here yet" in copy.get("/cart").text


def test_a_suspended_sellers_line_says_so_and_leads_to_others(client, db_session, count_sql):
    seller = make_seller(name="Atelier Zola")
    offers = [make_offer(seller_id=seller.id) for _nth in range(3)]
    for offer in offers:
        add(client, offer)
        make_offer(product_id=offer.product_id, price_minor=30000)
    seller.standing = "suspended"
    db.session.commit()
    with count_sql() as statements:
        page = client.get("/cart").text

    assert page.count("Atelier Zola sells nothing at the moment.") == 3
    assert "Sold out" not in page
    assert f'href="/p/{offers[0].product.slug}?grade=good"' in page
    assert page.count("Others have it in the same grade, from €300") == 3
    assert len(statements) == 3


def test_a_newcomer_that_is_full_sells_no_more_and_the_cart_says_why(client, db_session):
    seller = make_seller(name="Atelier Zola", standing="probation")
    offer = make_offer(seller_id=seller.id)
    add(client, offer, quantity=3)
    pages = []
    for under_way in (18, 20):
        seller.open_units = under_way
        db.session.commit()
        pages.append(client.get("/cart").text)

    assert "Atelier Zola is new here, and only 2 more may be ordered for now: we counted 2." in pages[0]
    assert "Atelier Zola is new here, and has as many orders under way as a newcomer may" in pages[1]
