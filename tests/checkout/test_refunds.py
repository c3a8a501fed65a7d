"""Money that goes back through Stripe: once, whatever breaks, and never more than came."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storefront.checkout.payments.refunds import send_refunds
from storefront.core.clock import utcnow
from storefront.core.database import db, transaction
from storefront.core.mail import OutgoingMail
from storefront.core.money import Money
from storefront.orders import actions
from storefront.orders.desk_queries import needs
from storefront.orders.documents import Refund
from storefront.orders.models import ShopOrder
from storefront.orders.rules import CUSTOMER, OPERATOR, REFUND_FAILED, REFUND_SENT
from tests.factories import make_offer

from .test_stripe import BUYER, send


@pytest.fixture
def app(stripe_shop):
    return stripe_shop


@pytest.fixture
def order(client, db_session, stripe) -> ShopOrder:
    """One phone at 323.90 with its delivery, paid on Stripe's page."""
    client.post("/cart/add", data={"offer": make_offer(stock=5).id})
    client.submit(client.get("/checkout"), "/checkout", BUYER)
    stripe.pay("cs_test_1")
    send(client, stripe.webhook("cs_test_1"))
    return fresh()


def fresh() -> ShopOrder:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(ShopOrder)).one()


def cancel_and_refund(order: ShopOrder) -> None:
    number = order.id
    with transaction():
        actions.cancel(order_id=number, by=CUSTOMER, now=utcnow())
    with transaction():
        actions.refund(order_id=number, by=OPERATOR, now=utcnow())


def due_again() -> None:
    """As if the waiting time were over."""
    db.session.execute(sa.update(Refund).where(Refund.state == "wanted").values(next_try_at=utcnow()))
    db.session.commit()


def sent(stripe) -> list[tuple[str, int]]:
    return [(made["payment_intent"], made["amount"]) for made in stripe.refunds]


def refunds() -> list[tuple[str, int]]:
    db.session.rollback()
    return [(r.state, r.amount_minor) for r in db.session.scalars(sa.select(Refund).order_by(Refund.id))]


def told() -> int:
    reasons = sa.select(sa.func.count()).where(OutgoingMail.reason.startswith("order-refunded"))
    return db.session.scalar(reasons) or 0


def test_what_is_due_goes_back_the_way_it_came(order, stripe):
    cancel_and_refund(order)
    assert (refunds(), sent(stripe), told()) == ([("wanted", 32390)], [], 0)
    assert send_refunds() == 1
    assert (refunds(), sent(stripe), told()) == ([("done", 32390)], [("pi_cs_test_1", 32390)], 1)
    assert send_refunds() == 0
    assert (fresh().refunded_minor, fresh().state) == (32390, "refunded")
    last = fresh().events[-1]
    assert (last.code, last.amount_minor, last.note) == (REFUND_SENT, 32390, "re_test_1")


def test_parts_go_back_one_by_one_and_never_more_than_came(order, stripe):
    parcel = order.parcels[0]
    for minor in (10000, 22000):
        with transaction():
            actions.refund_part(
                parcel_id=parcel.id,
                lines={parcel.lines[0].id: Money(minor, "EUR")} if minor < 20000 else {},
                delivery=Money(390 if minor > 20000 else 0, "EUR"),
                reason="scratched",
                by=OPERATOR,
                now=utcnow(),
            )
    assert send_refunds() == 2
    assert sent(stripe) == [("pi_cs_test_1", 10000), ("pi_cs_test_1", 390)]
    assert fresh().refunded_minor == 10390


@pytest.mark.parametrize("trouble", ["500", "lost"])
def test_a_provider_that_is_away_is_asked_again_and_pays_once(order, stripe, trouble):
    cancel_and_refund(order)
    # Its session, then the refund and the SDK's own repetitions: all fail.
    stripe.troubles.extend(["", trouble, trouble, trouble])
    assert send_refunds() == 1
    assert refunds() == [("wanted", 32390)]
    assert send_refunds() == 0
    due_again()
    # A day later: Stripe has forgotten the key.
    stripe.answers.clear()
    send_refunds()
    assert (refunds(), sent(stripe), told()) == ([("done", 32390)], [("pi_cs_test_1", 32390)], 1)


def test_killed_after_the_provider_paid_it_is_not_paid_again(order, stripe, monkeypatch):
    cancel_and_refund(order)
    with monkeypatch.context() as killed:
        killed.setattr("storefront.orders.refunding.refund_sent", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send_refunds()
    assert (len(stripe.refunds), refunds()) == (1, [("wanted", 32390)])
    stripe.answers.clear()
    due_again()
    send_refunds()
    assert (len(stripe.refunds), refunds()) == (1, [("done", 32390)])


def test_what_the_provider_refuses_is_due_again(order, stripe):
    cancel_and_refund(order)
    stripe.refunds.append({"amount": 32390, "payment_intent": "pi_cs_test_1", "metadata": {}})
    send_refunds()
    order = fresh()
    assert refunds() == [("failed", 32390)]
    assert (order.refunded_minor, order.balance.minor, order.due_back_minor, told()) == (0, 32390, 32390, 0)
    assert "greater than unrefunded" in order.events[-1].note
    with transaction():
        actions.refund_by_hand(order_id=order.id, by=OPERATOR, now=utcnow(), note="by transfer")
    assert (refunds()[1:], fresh().due_back_minor, told()) == ([("done", 32390)], 0, 1)


def test_money_that_came_in_two_payments_goes_back_to_both(order, stripe):
    db.session.execute(
        sa.text(
            "INSERT INTO payment_attempt (order_id, session_id, url, amount_minor, currency, created_at, expires_at, "
            "outcome) SELECT order_id, 'cs_test_2', '', amount_minor, currency, created_at, expires_at, outcome "
            "FROM payment_attempt"
        )
    )
    actions.mark_paid(
        order_id=order.id, amount=Money(32390, "EUR"), by=OPERATOR, now=utcnow(), reference="pi_2"
    )
    db.session.commit()
    stripe.sessions["cs_test_2"] = stripe.sessions["cs_test_1"] | {
        "id": "cs_test_2",
        "payment_intent": "pi_2",
    }
    cancel_and_refund(order)
    assert send_refunds() == 2
    assert sorted(sent(stripe)) == [("pi_2", 32390), ("pi_cs_test_1", 32390)]
    assert (refunds(), fresh().refunded_minor) == ([("done", 32390), ("done", 32390)], 64780)


def test_what_was_not_paid_at_the_provider_can_not_go_back_there(order, stripe):
    db.session.execute(sa.text("UPDATE payment_attempt SET outcome = 'expired'"))
    db.session.commit()
    cancel_and_refund(order)
    assert send_refunds() == 0
    assert (refunds(), stripe.refunds, fresh().due_back_minor) == ([("failed", 32390)], [], 32390)


def test_waiting_refunds_wait_for_their_time(order, stripe):
    cancel_and_refund(order)
    db.session.execute(sa.update(Refund).values(next_try_at=utcnow() + timedelta(minutes=1)))
    db.session.commit()
    assert (send_refunds(), stripe.refunds) == (0, [])


def came_back(client, stripe, kind="refund.failed", event_id="evt_back") -> int:
    return send(client, stripe.webhook("re_test_1", kind, event_id=event_id)).status_code


@pytest.mark.parametrize("kind", ["refund.failed", "refund.updated", "charge.refund.updated"])
def test_a_refund_that_the_bank_sends_back_is_due_again_and_can_be_sent_again(order, stripe, client, kind):
    cancel_and_refund(order)
    send_refunds()
    stripe.send_back("re_test_1")
    assert [came_back(client, stripe, kind, f"evt_back_{nth}") for nth in range(2)] == [204, 204]

    assert refunds() == [("failed", 32390)]
    assert (fresh().refunded_minor, fresh().balance.minor, fresh().due_back_minor) == (0, 32390, 32390)
    assert needs(frozenset(), now=utcnow()).refund == 0
    assert needs(None, now=utcnow()).refund == 1
    last = fresh().events[-1]
    assert (last.code, last.amount_minor, "re_test_1 failed" in last.note) == (REFUND_FAILED, 32390, True)
    newest = sa.select(OutgoingMail.reason).order_by(OutgoingMail.id.desc())
    assert db.session.scalars(newest.limit(1)).one().startswith("refund-came-back-")
    db.session.rollback()
    with transaction():
        actions.refund(order_id=order.id, by=OPERATOR, now=utcnow())
    assert send_refunds() == 1
    assert (refunds(), told()) == ([("failed", 32390), ("done", 32390)], 2)
    assert sent(stripe) == [("pi_cs_test_1", 32390)] * 2


def test_what_the_webhook_says_alone_changes_nothing(order, stripe, client):
    cancel_and_refund(order)
    send_refunds()
    assert came_back(client, stripe) == 204
    assert refunds() == [("done", 32390)]


def test_another_shops_refund_is_none_of_ours(order, stripe, client):
    cancel_and_refund(order)
    send_refunds()
    stripe.send_back("re_test_1")
    stripe.refunds[0]["metadata"]["order"] = "R-2026-OTHER2"
    assert came_back(client, stripe) == 204
    assert refunds() == [("done", 32390)]
