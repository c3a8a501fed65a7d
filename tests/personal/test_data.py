"""Personal data: taken along as a file, deleted with the account; orders stay, in nobody's."""

import json

import pytest
from sqlalchemy import delete, select

from storefront.accounts import addresses
from storefront.accounts.models import Address, Person, SignIn
from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.core.money import Money
from storefront.orders import actions
from storefront.orders.models import ShopOrder
from storefront.orders.rules import OPERATOR, SELLER
from storefront.orders.withdrawing import withdraw
from storefront.sellers import invitations, members
from storefront.sellers.models import SellerInvitation
from tests.factories import NOW, make_person, make_seller, place_an_order
from tests.personal.test_addresses import RUE
from tests.signing_in import sign_in

PASSWORD = "four words in a row"


@pytest.fixture
def person(client, db_session):
    person = make_person("lou@example.com", password=PASSWORD, roles=("business",))
    addresses.keep(person_id=person.id, values=RUE, now=NOW)
    place_an_order(person_id=person.id)
    members.join(person_id=person.id, seller_id=make_seller().id, now=NOW)
    sign_in(client, person)
    return person


def close(client, password=PASSWORD):
    return client.submit(client.get("/account/data"), "/close", {"current": password})


def test_the_file_holds_all_of_it(client, person):
    answer = client.get("/account/data.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    data = json.loads(answer.text)
    assert data["account"]["email"] == "lou@example.com"
    assert data["account"]["roles"] == ["business"]
    assert len(data["account"]["sellers"]) == 1
    assert data["addresses"] == [RUE]
    assert len(data["sessions"]) == 1
    assert data["orders"][0]["street"] == "3 rue Crébillon"
    assert data["orders"][0]["parcels"][0]["lines"][0]["price_minor"] == 32000
    assert data["orders_left_out"] is False


def test_the_file_tells_of_invoices_refunds_and_withdrawals_and_not_of_notes(client, person):
    order = db.session.scalars(select(ShopOrder)).one()
    parcel_id, title = order.parcels[0].id, order.parcels[0].lines[0].title
    actions.mark_paid(order_id=order.id, amount=order.owed, by=OPERATOR, now=NOW, reference="VIR 1")
    actions.write_note(order_id=order.id, text="sounds cross", by=OPERATOR, now=NOW)
    actions.accept(parcel_id=parcel_id, by=SELLER, now=NOW)
    actions.ship(parcel_id=parcel_id, by=SELLER, now=NOW)
    withdraw(order_id=order.id, line_ids=None, now=NOW)
    one = Money(100, "EUR")
    lines = {order.parcels[0].lines[0].id: one}
    actions.refund_part(
        parcel_id=parcel_id, lines=lines, delivery=Money(0, "EUR"), reason="late", by=OPERATOR, now=NOW
    )
    db.session.commit()

    told = json.loads(client.get("/account/data.json").text)["orders"][0]
    assert [(invoice["kind"], invoice["total_minor"]) for invoice in told["invoices"]] == [
        ("invoice", 32390),
        ("credit", 100),
    ]
    assert [(refund["amount_minor"], refund["state"]) for refund in told["refunds"]] == [(100, "done")]
    log = [(event["verb"], event["words"]) for event in told["log"]]
    assert ("withdraw", title) in log
    assert "note" not in [verb for verb, _words in log]


@pytest.mark.parametrize("secret", ["password", "token", "totp", "hash", "purchase"])
def test_the_file_holds_no_secrets(client, person, secret):
    assert secret not in client.get("/account/data.json").text


def test_the_file_takes_a_fixed_number_of_statements(client, person, count_sql):
    counts = []
    for _ in range(3):
        place_an_order(person_id=person.id)
        db.session.commit()
        with count_sql() as statements:
            client.get("/account/data.json")
        counts.append(len(statements))
    assert counts[0] == counts[2]


def test_a_closed_account_knows_nobody(client, person):
    number = db.session.query(ShopOrder.number).scalar()
    answer = close(client)
    assert answer.status_code == 200
    assert "Your account is closed" in answer.text
    db.session.expire_all()
    left = db.session.query(Person).one()
    assert (left.email.endswith(".invalid"), left.name, left.password_hash) == (True, "", "")
    assert [db.session.query(table).count() for table in (Address, SignIn)] == [0, 0]
    assert members.sellers_of(left.id) == ()
    assert db.session.query(ShopOrder.number, ShopOrder.person_id).all() == [(number, None)]
    assert client.get("/account").status_code == 303


def test_mails_and_invitations_go_with_the_account(client, person):
    def letter(recipient, reason, **values):
        return OutgoingMail(
            recipient=recipient, reason=reason, subject="", text="x", created_at=NOW, **values
        )

    db.session.execute(delete(OutgoingMail))
    db.session.add_all(
        [
            letter("Lou@example.com", "theirs", sent_at=NOW),
            letter("lou@example.com", "given up"),
            letter("lou@example.com", "on its way", next_try_at=NOW),
            letter("max@example.com", "another's", sent_at=NOW),
        ]
    )
    seller, max_ = make_seller(), make_person("max@example.com")
    for email, sender in (("lou@example.com", max_), ("zoe@example.com", person)):
        invitations.invite(seller_id=seller.id, email=email, language="en", person_id=sender.id, now=NOW)
    db.session.execute(delete(OutgoingMail).where(OutgoingMail.reason.startswith("invitation")))
    db.session.commit()
    close(client)
    reasons = db.session.scalars(select(OutgoingMail.reason).order_by(OutgoingMail.id)).all()
    assert reasons == ["on its way", "another's"]
    assert db.session.query(SellerInvitation).count() == 0


def test_orders_open_by_their_links_afterwards(client, person):
    token = db.session.query(ShopOrder.token).scalar()
    close(client)
    assert client.get(f"/orders/{token}").status_code == 200


@pytest.mark.parametrize(("password", "sentence"), [("", "Please give your password"), ("wrong", "This isn")])
def test_nobody_else_closes_an_account(client, person, password, sentence):
    answer = close(client, password)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(Person.email).scalar() == "lou@example.com"


def test_the_last_operator_stays(client, db_session):
    operator = make_person("op@example.com", password=PASSWORD, roles=("operator",))
    sign_in(client, operator)
    refused = close(client)
    assert refused.status_code == 409
    assert "last operator" in refused.text
    make_person(roles=("operator",))
    db.session.commit()
    assert close(client).status_code == 200
