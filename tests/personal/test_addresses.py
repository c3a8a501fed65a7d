"""Addresses are typed once, changed by their owner alone, and fill in the checkout."""

from datetime import timedelta

import pytest

from storefront.accounts import addresses
from storefront.accounts.models import Address
from storefront.core.database import db
from storefront.orders.models import ShopOrder
from tests.factories import NOW, make_offer, make_person
from tests.signing_in import sign_in

RUE = {
    "name": "Lou Martin",
    "phone": "",
    "street": "3 rue Crébillon",
    "street_more": "",
    "postcode": "44000",
    "city": "Nantes",
    "country": "FR",
}
QUAI = RUE | {"street": "8 quai de la Fosse"}


def streets(person):
    db.session.expire_all()
    return [address.street for address in addresses.of_person(person.id)]


@pytest.fixture
def person(client, db_session):
    person = make_person("lou@example.com")
    sign_in(client, person)
    return person


def test_an_address_is_added_changed_and_deleted(client, person):
    client.submit(client.get("/account/addresses/new"), "/new", RUE)
    assert streets(person) == ["3 rue Crébillon"]
    address_id = db.session.query(Address.id).scalar()
    page = client.get(f"/account/addresses/{address_id}")
    client.submit(page, f"/{address_id}", {"street": "5 rue Crébillon"})
    assert streets(person) == ["5 rue Crébillon"]
    client.submit(client.get("/account/addresses"), "/forget")
    assert streets(person) == []


def test_what_cannot_be_an_address_is_said_and_kept(client, person):
    answer = client.submit(
        client.get("/account/addresses/new"), "/new", RUE | {"postcode": "4400", "city": ""}
    )
    assert answer.status_code == 422
    assert "3 rue Crébillon" in answer.text
    assert "Please give a town" in answer.text
    assert streets(person) == []


def test_the_same_address_is_kept_once_and_the_oldest_makes_room(db_session):
    person = make_person()
    for number in range(addresses.MOST + 2):
        values = RUE | {"street": f"{number} rue Crébillon"}
        addresses.keep(person_id=person.id, values=values, now=NOW + timedelta(days=number))
        db.session.flush()
    addresses.keep(
        person_id=person.id, values=RUE | {"street": "5 rue Crébillon"}, now=NOW + timedelta(days=99)
    )
    db.session.commit()
    kept = streets(person)
    assert len(kept) == addresses.MOST
    assert kept[0] == "5 rue Crébillon"
    assert "1 rue Crébillon" not in kept


@pytest.mark.parametrize(("method", "tail"), [("get", ""), ("post", ""), ("post", "/forget")])
def test_somebody_elses_address_is_not_found(client, person, method, tail):
    other = make_person()
    addresses.keep(person_id=other.id, values=RUE, now=NOW)
    db.session.commit()
    token = client.get("/account/addresses/new").text.split('name="csrf_token" value="')[1].split('"')[0]
    address_id = db.session.query(Address.id).scalar()
    answer = getattr(client, method)(
        f"/account/addresses/{address_id}{tail}", data={**QUAI, "csrf_token": token}
    )
    assert answer.status_code == 404
    assert streets(other) == ["3 rue Crébillon"]


def put_something_in(client):
    offer = make_offer()
    db.session.commit()
    client.post("/cart/add", data={"offer": offer.id})


def order_here(client, **fields):
    page = client.get("/checkout")
    return client.submit(page, "/checkout", {"payment": "bank-transfer", **fields})


def test_the_checkout_knows_the_last_address(client, person):
    addresses.keep(person_id=person.id, values=RUE, now=NOW)
    addresses.keep(person_id=person.id, values=QUAI, now=NOW + timedelta(days=1))
    put_something_in(client)
    page = client.get("/checkout").text
    assert 'value="8 quai de la Fosse"' in page
    assert 'value="lou@example.com"' in page
    first = min(db.session.query(Address.id).all())[0]
    assert 'value="3 rue Crébillon"' in client.get(f"/checkout?address={first}").text


def test_an_order_goes_into_the_account_with_its_address(client, person):
    put_something_in(client)
    order_here(client, **RUE, email="lou@example.com")
    assert db.session.query(ShopOrder.person_id).all() == [(person.id,)]
    assert streets(person) == ["3 rue Crébillon"]


def test_an_address_is_not_kept_when_the_box_is_not_ticked(client, person):
    put_something_in(client)
    order_here(client, **RUE, email="lou@example.com", keep_address=None)
    assert db.session.query(ShopOrder.person_id).all() == [(person.id,)]
    assert streets(person) == []


def test_whoever_is_not_signed_in_orders_as_before(client, db_session):
    put_something_in(client)
    page = client.get("/checkout").text
    assert "/sign-in?next=/checkout" in page
    assert "keep_address" not in page
    order_here(client, **RUE, email="lou@example.com", keep_address="yes")
    assert db.session.query(ShopOrder.person_id).all() == [(None,)]
    assert db.session.query(Address).count() == 0
