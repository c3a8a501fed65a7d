"""Orders paid on Stripe's page: what the shop does about its webhooks, its bad days, and money that comes late."""

import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storefront.checkout import actions
from storefront.checkout.models import PaymentAttempt, PaymentEvent
from storefront.core.clock import utcnow
from storefront.core.database import db, transaction
from storefront.core.mail import OutgoingMail
from storefront.core.money import Money
from storefront.orders.expiring import expire_unpaid
from storefront.orders.models import ShopOrder
from storefront.orders.rules import WRONG_AMOUNT
from tests.factories import make_offer

from . import fake_stripe

BUYER = {
    "email": "lou@example.com",
    "name": "Lou",
    "street": "3 rue Crébillon",
    "postcode": "44000",
    "city": "Nantes",
}


@pytest.fixture
def app(stripe_shop):
    return stripe_shop


@pytest.fixture
def checkout(client, db_session):
    """A visitor's checkout page with one phone in the cart."""
    offer = make_offer(stock=1)
    client.post("/cart/add", data={"offer": offer.id})
    return client.get("/checkout")


def the_order() -> ShopOrder:
    db.session.rollback()
    return db.session.scalars(sa.select(ShopOrder)).one()


def mails() -> list[str]:
    to_lou = sa.select(OutgoingMail.reason).where(OutgoingMail.recipient == BUYER["email"])
    reasons = db.session.scalars(to_lou.order_by(OutgoingMail.id))
    return [reason.rpartition("-")[0] for reason in reasons]


def send(client, webhook):
    body, headers = webhook
    return client.post("/webhooks/stripe", data=body, headers=headers, content_type="application/json")


def test_ordering_leads_to_the_payment_page(client, checkout, stripe):
    answer = client.submit(checkout, "/checkout", BUYER)
    order = the_order()
    assert (answer.status_code, answer.location) == (303, f"{stripe.url}/pay/cs_test_1")
    (session,) = stripe.sessions.values()
    assert (session["amount_total"], session["currency"]) == (32390, "eur")
    assert session["client_reference_id"] == order.number
    assert f"/orders/{order.token}" in session["success_url"]
    assert f"/orders/{order.token}" in session["cancel_url"]
    assert order.state == "placed"


def test_the_form_sent_twice_is_one_order_and_one_payment_page(client, checkout, stripe):
    first = client.submit(checkout, "/checkout", BUYER)
    second = client.submit(checkout, "/checkout", BUYER)
    assert first.location == second.location
    assert (the_order().state, len(stripe.sessions)) == ("placed", 1)


def test_a_webhook_marks_it_paid_once(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    stripe.pay("cs_test_1")
    webhook = stripe.webhook("cs_test_1")
    assert [send(client, webhook).status_code for _ in range(3)] == [204, 204, 204]
    order = the_order()
    assert (order.state, order.paid_minor, order.payment_reference) == ("paid", 32390, "pi_cs_test_1")
    assert mails() == ["order-placed", "order-paid"]


def test_two_events_of_one_payment_are_one_payment(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    stripe.pay("cs_test_1")
    send(client, stripe.webhook("cs_test_1", event_id="evt_1"))
    send(client, stripe.webhook("cs_test_1", "checkout.session.async_payment_succeeded", event_id="evt_2"))
    assert the_order().paid_minor == 32390
    assert mails() == ["order-placed", "order-paid"]


def test_a_webhook_is_only_a_hint(client, checkout, stripe):
    """It says "completed", and Stripe, asked back, says unpaid."""
    client.submit(checkout, "/checkout", BUYER)
    assert send(client, stripe.webhook("cs_test_1")).status_code == 204
    assert the_order().state == "placed"


def test_out_of_order_comes_to_the_same(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    stripe.pay("cs_test_1")
    for number, kind in enumerate(("expired", "completed", "expired")):
        send(client, stripe.webhook("cs_test_1", f"checkout.session.{kind}", event_id=f"evt_{number}"))
    assert the_order().state == "paid"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"secret": "whsec_forged"}, 400),
        ({"age": 7200}, 400),
        ({"age": -7200}, 400),
        ({"age": 400}, 204),
        ({"age": -400}, 204),
    ],
)
def test_forged_or_much_too_late(client, checkout, stripe, values, status):
    client.submit(checkout, "/checkout", BUYER)
    stripe.pay("cs_test_1")
    asked = len(stripe.requests)
    assert send(client, stripe.webhook("cs_test_1", **values)).status_code == status
    assert the_order().state == ("paid" if status == 204 else "placed")
    assert (len(stripe.requests) == asked) == (status == 400)


def test_an_unsigned_one(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    stripe.pay("cs_test_1")
    body, _headers = stripe.webhook("cs_test_1")
    assert client.post("/webhooks/stripe", data=body, headers={"Sec-Fetch-Site": ""}).status_code == 400
    assert the_order().state == "placed"


def test_other_events_are_noted_and_nothing_is_asked(client, checkout, stripe):
    asked = len(stripe.requests)
    assert send(client, stripe.webhook("cus_1", "customer.created")).status_code == 204
    assert len(stripe.requests) == asked
    assert db.session.scalars(sa.select(PaymentEvent.kind)).all() == ["customer.created"]


def test_a_page_that_is_not_ours(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    assert send(client, stripe.webhook("cs_test_99")).status_code == 204
    assert the_order().state == "placed"


@pytest.mark.parametrize("values", [{"amount_total": 100}, {"currency": "usd"}])
def test_another_amount_or_currency_is_not_paid_and_a_person_is_told(client, checkout, stripe, values):
    client.submit(checkout, "/checkout", BUYER)
    stripe.pay("cs_test_1").update(values)
    send(client, stripe.webhook("cs_test_1"))
    order = the_order()
    assert (order.state, order.paid_minor) == ("placed", 0)
    assert order.events[-1].code == WRONG_AMOUNT
    assert db.session.scalars(sa.select(PaymentAttempt.outcome)).all() == ["wrong"]


def test_stripe_is_down_for_a_moment(client, checkout, stripe):
    stripe.troubles.extend(["500", "500"])
    assert client.submit(checkout, "/checkout", BUYER).location == f"{stripe.url}/pay/cs_test_1"
    assert len(stripe.sessions) == 1


def test_stripe_is_down_for_longer(client, checkout, stripe):
    stripe.troubles.extend(["500"] * 3)
    answer = client.submit(checkout, "/checkout", BUYER)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "can't be reached" in page.text
    again = client.submit(page, "/pay")
    assert again.location == f"{stripe.url}/pay/cs_test_1"
    assert (the_order().state, len(stripe.sessions)) == ("placed", 1)


def test_a_lost_reply_makes_no_second_page(client, checkout, stripe):
    stripe.troubles.extend(["lost"])
    assert client.submit(checkout, "/checkout", BUYER).location == f"{stripe.url}/pay/cs_test_1"
    assert len(stripe.sessions) == 1


def test_all_replies_lost_and_asked_again_is_the_same_page(client, checkout, stripe):
    stripe.troubles.extend(["lost"] * 3)
    answer = client.submit(checkout, "/checkout", BUYER)
    again = client.submit(client.get(answer.location), "/pay")
    assert (again.location, len(stripe.sessions)) == (f"{stripe.url}/pay/cs_test_1", 1)


def test_a_page_that_was_never_made_is_made_anew_when_its_time_is_short(client, checkout, stripe):
    stripe.troubles.extend(["500"] * 3)
    answer = client.submit(checkout, "/checkout", BUYER)
    db.session.execute(sa.update(PaymentAttempt).values(expires_at=utcnow() + timedelta(minutes=20)))
    db.session.commit()
    again = client.submit(client.get(answer.location), "/pay")
    assert again.location == f"{stripe.url}/pay/cs_test_1"
    assert db.session.scalars(sa.select(PaymentAttempt.outcome).order_by(PaymentAttempt.id)).all() == [
        "expired",
        "",
    ]


@pytest.mark.parametrize("minutes", ["30", "1440"])
def test_the_shortest_and_longest_setting_suit_stripe(make_app, db_session, stripe, minutes):
    app = make_app(
        REBELOTE_PAYMENT_METHODS="stripe",
        REBELOTE_PAYMENT_STRIPE_SECRET_KEY=fake_stripe.SECRET_KEY,
        REBELOTE_PAYMENT_STRIPE_WEBHOOK_SECRET=fake_stripe.WEBHOOK_SECRET,
        REBELOTE_PAYMENT_STRIPE_API_BASE=stripe.url,
        REBELOTE_PAYMENT_STRIPE_MINUTES=minutes,
    )
    client = app.test_client()
    client.post("/cart/add", data={"offer": make_offer().id})
    assert (
        client.submit(client.get("/checkout"), "/checkout", BUYER).location == f"{stripe.url}/pay/cs_test_1"
    )


def test_wrong_keys_leave_the_order_to_be_paid_later(make_app, db_session, stripe):
    app = make_app(
        REBELOTE_PAYMENT_METHODS="stripe",
        REBELOTE_PAYMENT_STRIPE_SECRET_KEY="sk_wrong",
        REBELOTE_PAYMENT_STRIPE_WEBHOOK_SECRET=fake_stripe.WEBHOOK_SECRET,
        REBELOTE_PAYMENT_STRIPE_API_BASE=stripe.url,
    )
    client = app.test_client()
    client.post("/cart/add", data={"offer": make_offer().id})
    answer = client.submit(client.get("/checkout"), "/checkout", BUYER)
    assert "payment=unavailable" in answer.location
    assert client.get(answer.location).status_code == 200


def test_all_replies_lost_and_paid_all_the_same(client, checkout, stripe):
    """Nobody got the page's address from us; should it be paid, the webhook's page names the attempt."""
    stripe.troubles.extend(["lost"] * 3)
    assert "payment=unavailable" in client.submit(checkout, "/checkout", BUYER).location
    stripe.pay("cs_test_1")
    send(client, stripe.webhook("cs_test_1"))
    assert the_order().state == "paid"


def test_while_stripe_takes_its_time_others_can_write(client, checkout, stripe):
    """The call stands outside any transaction: a lock held meanwhile would stop every other buyer."""
    stripe.troubles.append("slow")
    buyer = threading.Thread(target=client.submit, args=(checkout, "/checkout", BUYER))
    buyer.start()
    while not stripe.requests:
        time.sleep(0.01)
    with transaction():
        make_offer()
    assert buyer.is_alive()
    buyer.join()
    assert the_order().state == "placed"


def test_while_we_cannot_ask_back_stripe_shall_come_again(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    stripe.pay("cs_test_1")
    stripe.troubles.extend(["500"] * 3)
    webhook = stripe.webhook("cs_test_1")
    assert send(client, webhook).status_code == 503
    assert the_order().state == "placed"
    assert send(client, webhook).status_code == 204
    assert the_order().state == "paid"


def test_back_from_the_page_and_paying_again_is_the_same_page(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    page = client.get(f"/orders/{the_order().token}?payment=cancelled")
    assert "Nothing was paid" in page.text
    assert client.submit(page, "/pay").location == f"{stripe.url}/pay/cs_test_1"
    assert len(stripe.sessions) == 1


def test_a_paid_order_is_not_paid_again(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    page = client.get(f"/orders/{the_order().token}")
    stripe.pay("cs_test_1")
    send(client, stripe.webhook("cs_test_1"))
    answer = client.submit(page, "/pay")
    assert answer.status_code == 409
    assert len(stripe.sessions) == 1


def test_the_form_sent_again_after_paying_leads_to_the_order(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    stripe.pay("cs_test_1")
    send(client, stripe.webhook("cs_test_1"))
    answer = client.submit(checkout, "/checkout", BUYER)
    assert (answer.status_code, answer.location) == (303, f"/orders/{the_order().token}")
    assert len(stripe.sessions) == 1


def age_attempts(minutes: int = 5) -> None:
    db.session.execute(sa.update(PaymentAttempt).values(created_at=utcnow() - timedelta(minutes=minutes)))
    db.session.commit()


def test_a_lost_webhook_is_made_up_for_by_the_sweep(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    stripe.pay("cs_test_1")
    age_attempts()
    assert actions.sweep_open_payments() == 1
    assert the_order().state == "paid"
    assert actions.sweep_open_payments() == 0
    assert mails() == ["order-placed", "order-paid"]


def test_the_sweep_leaves_an_open_page_open(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    age_attempts()
    actions.sweep_open_payments()
    assert stripe.sessions["cs_test_1"]["status"] == "open"


def test_the_page_of_a_cancelled_order_is_closed(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    client.submit(client.get(f"/orders/{the_order().token}"), "/cancel")
    age_attempts()
    actions.sweep_open_payments()
    assert stripe.sessions["cs_test_1"]["status"] == "expired"
    assert db.session.scalars(sa.select(PaymentAttempt.outcome)).all() == ["expired"]


def test_the_sweep_survives_a_provider_that_is_away(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    age_attempts()
    stripe.troubles.extend(["500"] * 3)
    assert actions.sweep_open_payments() == 1
    assert the_order().state == "placed"


def test_a_page_that_stripe_does_not_know_is_over_and_the_others_are_looked_after(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    first = the_order()
    client.post("/cart/add", data={"offer": make_offer().id})
    client.submit(client.get("/checkout"), "/checkout", BUYER)
    age_attempts()
    stripe.sessions["forgotten"] = stripe.sessions.pop("cs_test_1")
    stripe.pay("cs_test_2")
    assert actions.sweep_open_payments() == 2
    db.session.rollback()
    orders_now = db.session.scalars(sa.select(ShopOrder).order_by(ShopOrder.id)).all()
    assert [order.state for order in orders_now] == ["placed", "paid"]
    assert actions.sweep_open_payments() == 0
    again = client.submit(client.get(f"/orders/{first.token}"), "/pay")
    assert again.location != f"{stripe.url}/pay/cs_test_1"


def expire_order() -> None:
    order_id = the_order().id
    db.session.execute(sa.update(ShopOrder).values(pay_by=utcnow() - timedelta(minutes=1)))
    db.session.commit()
    assert expire_unpaid(now=utcnow()) == 1
    assert db.session.get_one(ShopOrder, order_id).state == "cancelled"


def test_money_after_the_end_takes_the_phone_again(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    expire_order()
    stripe.pay("cs_test_1")
    send(client, stripe.webhook("cs_test_1"))
    order = the_order()
    assert (order.state, order.balance.minor) == ("paid", 0)


def test_money_after_the_end_when_the_phone_is_gone_is_to_be_paid_back(client, checkout, stripe):
    client.submit(checkout, "/checkout", BUYER)
    expire_order()
    db.session.execute(sa.text("UPDATE offer SET stock = 0"))
    db.session.commit()
    stripe.pay("cs_test_1")
    send(client, stripe.webhook("cs_test_1"))
    order = the_order()
    assert (order.state, order.balance) == ("cancelled", Money(32390, "EUR"))
    assert mails() == ["order-placed", "parcels-cancelled", "order-paid"]


def test_without_stripe_there_is_no_webhook(make_app):
    client = make_app(REBELOTE_PAYMENT_METHODS="bank-transfer").test_client()
    assert client.post("/webhooks/stripe", data=b"{}", headers={"Sec-Fetch-Site": ""}).status_code == 404


def test_forms_may_lead_to_the_payment_page_and_nowhere_else(client, stripe):
    policy = client.get("/cart").headers["Content-Security-Policy"]
    assert f"form-action 'self' https://checkout.stripe.com {stripe.url};" in policy
