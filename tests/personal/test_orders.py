"""Orders in an account: those placed signed in, those of the same mailbox, and those claimed by a mailed link."""

import re

import pytest

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.mail import OutgoingMail, written
from storefront.orders.models import ShopOrder
from storefront.personal.claims import Claim, token_of
from tests.factories import make_person, place_an_order
from tests.signing_in import sign_in


def lou(client, **values):
    person = make_person("lou@example.com", **values)
    sign_in(client, person)
    return person


def owners():
    db.session.expire_all()
    return {order.number: order.person_id for order in db.session.query(ShopOrder)}


def mailed_link() -> str:
    """The path of the link in the newest mail."""
    mail = db.session.query(OutgoingMail).order_by(OutgoingMail.id.desc()).first()
    assert mail is not None
    found = re.search(r"http://[^/]+(/\S+)", written(mail)[0])
    assert found
    return found[1]


@pytest.mark.parametrize(
    "path",
    [
        "orders",
        "orders/claim",
        "guarantees",
        "addresses",
        "addresses/new",
        "data",
        "data.json",
        "orders/claim/x",
    ],
)
def test_nobody_sees_an_account_without_signing_in(client, path):
    answer = client.get(f"/account/{path}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/sign-in?next=/account/{path}")


def test_an_empty_list_says_so(client, db_session):
    lou(client)
    assert "Nothing here yet" in client.get("/account/orders").text


def test_the_list_holds_own_orders_and_no_other(client, db_session):
    person = lou(client)
    mine = place_an_order(person_id=person.id)
    other = place_an_order(person_id=make_person().id, email="max@example.com")
    page = client.get("/account/orders").text
    assert mine.number in page
    assert other.number not in page


def test_the_number_of_statements_is_fixed(client, db_session, count_sql):
    person = lou(client)
    counts = []
    for _ in range(3):
        place_an_order(person_id=person.id)
        db.session.commit()
        with count_sql() as statements:
            client.get("/account/orders")
        counts.append(len(statements))
    assert counts[0] == counts[2]


def test_long_lists_come_in_pages(client, db_session):
    person = lou(client)
    numbers = {place_an_order(person_id=person.id).number for _ in range(23)}
    first = client.get("/account/orders")
    older = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert older is not None
    second = client.get(older[1].replace("&amp;", "&"))
    shown = [{n for n in numbers if n in page.text} for page in (first, second)]
    assert [len(one) for one in shown] == [20, 3]
    assert shown[0] | shown[1] == numbers


@pytest.mark.parametrize(
    "typed", ["lou@example.com", "Lou@example.com", "LOU@EXAMPLE.COM", "LOU@example.com", "lou@Example.com"]
)
def test_orders_of_the_same_mailbox_are_offered_and_taken_by_a_press(client, db_session, typed):
    order = place_an_order(email=typed)
    other = place_an_order(email="max@example.com")
    person = lou(client)
    page = client.get("/account/orders")
    assert "1 order was placed with lou@example.com" in page.text
    assert order.number not in page.text
    client.submit(page, "/adopt")
    assert owners() == {order.number: person.id, other.number: None}


def test_another_mailbox_has_to_prove_itself(client, db_session):
    order = place_an_order(email="work@example.com")
    person = lou(client)
    answer = client.submit(client.get("/account/orders/claim"), "/claim", {"number": order.number.lower()})
    assert answer.status_code == 303
    assert db.session.query(OutgoingMail.recipient).order_by(OutgoingMail.id.desc()).first() == (
        "work@example.com",
    )
    page = client.get(mailed_link())
    assert owners() == {order.number: None}
    client.submit(page, "/claim/")
    assert owners() == {order.number: person.id}


def test_a_mailbox_gets_three_claims_of_an_order_in_an_hour(client, db_session):
    numbers = (place_an_order(email="work@example.com").number, "R-2020-AAAAAA")
    lou(client)
    for number in numbers:
        page = client.get("/account/orders/claim")
        typed = (number, number.lower(), number.replace("-", ""), number.replace("-", " "))
        answers = [client.submit(page, "/claim", {"number": way}).status_code for way in typed]
        assert answers == [303, 303, 303, 429], "the same, whether there is such an order or not"


def test_nobody_learns_which_orders_there_are(client, db_session, count_sql):
    """Neither by what is said, nor by how much there is to do until it is."""
    nobodys = place_an_order(email="work@example.com").number
    taken = place_an_order(email="work@example.com", person_id=make_person("max@example.com").id).number
    lou(client)
    # The first of an hour sweeps out what was counted before.
    client.submit(client.get("/account/orders/claim"), "/claim", {"number": "R-2020-BBBBBB"})
    client.get("/account/orders")
    said, done = [], []
    for number in (nobodys, taken, "R-2020-AAAAAA"):
        page = client.get("/account/orders/claim")
        with count_sql() as statements:
            client.submit(page, "/claim", {"number": number})
        done.append([statement.split("(")[0].split("WHERE")[0] for statement in statements])
        said.append(client.get("/account/orders").text.replace(number, "NUMBER"))
    strip = re.compile(r'name="csrf_token" value="[^"]+"')
    assert len({strip.sub("", page) for page in said}) == 1
    assert done[0] == done[1] == done[2]
    assert [mail.recipient for mail in db.session.query(OutgoingMail)][-1:] == ["work@example.com"]
    assert db.session.query(OutgoingMail).filter_by(recipient="").count() == 0


def test_an_order_of_somebody_elses_account_stays_there(client, db_session):
    owner = make_person("max@example.com")
    order = place_an_order(email="work@example.com", person_id=owner.id)
    person = lou(client)
    client.submit(client.get("/account/orders/claim"), "/claim", {"number": order.number})
    assert db.session.query(OutgoingMail).filter(OutgoingMail.reason.startswith("claim-")).count() == 0
    link = f"/account/orders/claim/{token_of(Claim(order.id, person.id))}"
    assert client.submit(client.get(link), "/claim/").status_code == 409
    assert owners() == {order.number: owner.id}


def test_a_link_counts_for_the_account_that_asked(client, db_session, app):
    order = place_an_order(email="work@example.com")
    asker = make_person()
    link = f"/account/orders/claim/{token_of(Claim(order.id, asker.id))}"
    lou(client)
    assert client.get(link).status_code == 404
    assert client.post(link).status_code in (400, 404)
    assert owners() == {order.number: None}


@pytest.mark.parametrize("token", ["x", "WzEsMV0.aaaa.bbbb", "é" * 300, "." * 600])
def test_an_invented_link_leads_nowhere(client, db_session, token):
    lou(client)
    assert client.get(f"/account/orders/claim/{token}").status_code == 404


@pytest.mark.parametrize("number", ["", " ", "9" * 300])
def test_a_number_that_is_none_is_said_to_be(client, db_session, number):
    lou(client)
    answer = client.submit(client.get("/account/orders/claim"), "/claim", {"number": number})
    assert answer.status_code == 422
    assert "R-2026-7F3K9Q" in answer.text


def test_guarantees_have_their_dates(client, db_session, now):
    person = lou(client)
    order = place_an_order(person_id=person.id, now=now)
    assert "Nothing was delivered to you yet" in client.get("/account/guarantees").text
    order.parcels[0].status = "delivered"
    order.parcels[0].delivered_at = now
    db.session.commit()
    page = client.get("/account/guarantees").text
    assert "Legal guarantee: until 2 March 2028" in page
    covered = utcnow().date().isoformat() <= "2028-03-02"
    assert ("Covered until" in page) == covered
