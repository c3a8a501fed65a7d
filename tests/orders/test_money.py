"""What money that comes does to an order, and what its customer is told; money at the counter."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storefront.catalog.models import Offer
from storefront.core.database import db, transaction
from storefront.core.mail import OutgoingMail, written
from storefront.core.money import Money
from storefront.orders import actions, withdrawing
from storefront.orders.errors import OrderRefused
from storefront.orders.models import ShopOrder
from storefront.orders.rules import CUSTOMER, OPERATOR, SELLER, SYSTEM
from tests.factories import NOW, make_offer, make_wish, place_an_order, run_out

pytestmark = pytest.mark.usefixtures("db_session")
LATER = NOW + timedelta(days=30)


def pay(order: ShopOrder, amount: int, reference: str = "") -> str:
    money = Money(amount, "EUR")
    return actions.mark_paid(
        order_id=order.id, amount=money, by=OPERATOR, now=NOW, reference=reference or None
    )


def last_mail() -> str:
    """The newest to the customer."""
    mails = sa.select(OutgoingMail).where(OutgoingMail.recipient == "lou@example.com")
    newest = mails.order_by(OutgoingMail.id.desc()).limit(1)
    return written(db.session.scalars(newest).one())[0]


def in_time(_order: ShopOrder) -> None:
    """Nothing happens before the money comes."""


def customer_cancels(order: ShopOrder) -> None:
    actions.cancel(order_id=order.id, by=CUSTOMER, now=NOW)


def customer_cancels_one(order: ShopOrder) -> None:
    actions.cancel(order_id=order.id, parcel_id=order.parcels[0].id, by=CUSTOMER, now=NOW)


def seller_refuses(order: ShopOrder) -> None:
    for parcel in order.parcels:
        actions.refuse(parcel_id=parcel.id, by=SELLER, now=NOW)


def runs_out(_order: ShopOrder) -> None:
    run_out(LATER)


def runs_out_and_is_sold(order: ShopOrder) -> None:
    run_out(LATER)
    db.session.execute(sa.update(Offer).values(stock=0))


def is_paid(order: ShopOrder) -> None:
    pay(order, 30780, "first")


READY, BACK = "gets your parcel ready", "We pay €{} back"


@pytest.mark.parametrize(
    ("before", "amount", "did", "told"),
    [
        (in_time, 30780, "started", [READY]),
        (in_time, 100000, "too much", [READY, "more than was due: we pay €692.20 back"]),
        (customer_cancels_one, 20390, "started", [READY]),
        (customer_cancels_one, 30780, "too much", [READY, "we pay €103.90 back"]),
        (customer_cancels, 30780, "cancelled", ["had been cancelled before", BACK.format("307.80")]),
        (seller_refuses, 30780, "cancelled", ["had been cancelled before", BACK.format("307.80")]),
        (runs_out, 30780, "started", [READY]),
        (runs_out_and_is_sold, 30780, "gone", ["after its time", BACK.format("307.80")]),
        (is_paid, 30780, "again", ["Another payment", BACK.format("307.80")]),
    ],
)
def test_what_money_does_and_what_is_told(
    before: Callable[[ShopOrder], None], amount: int, did: str, told: list[str]
) -> None:
    order = place_an_order(make_wish(make_offer(price_minor=10000)), make_wish(make_offer(price_minor=20000)))
    before(order)
    assert pay(order, amount, "bank-2") == did
    mail = last_mail().replace("\n", " ")
    assert [sentence in mail for sentence in told] == [True] * len(told), mail
    assert ("after its time" in mail) == (did == "gone")
    assert (READY in mail) == (did in ("started", "too much"))


def counter_order() -> ShopOrder:
    order = place_an_order(
        make_wish(make_offer(price_minor=10000), 1, "pickup"),
        make_wish(make_offer(price_minor=20000), 1, "pickup"),
        payment_method="pickup",
    )
    actions.ship(parcel_id=order.parcels[0].id, by=SELLER, now=NOW)
    actions.deliver(parcel_id=order.parcels[0].id, by=SELLER, now=NOW)
    return order


def test_each_seller_takes_its_own_part():
    order = counter_order()
    assert (order.paid_minor, order.owed, order.balance.minor) == (10000, Money(20000, "EUR"), 0)
    actions.ship(parcel_id=order.parcels[1].id, by=SELLER, now=NOW)
    actions.deliver(parcel_id=order.parcels[1].id, by=SELLER, now=NOW)
    assert (order.state, order.paid_minor, order.owed.minor, order.balance.minor) == (
        "delivered",
        30000,
        0,
        0,
    )


def test_what_was_collected_is_paid_though_the_other_is_refused(client):
    order = counter_order()
    actions.refuse(parcel_id=order.parcels[1].id, by=SELLER, now=NOW)
    assert (order.state, order.paid_minor, order.owed.minor, order.balance.minor) == (
        "delivered",
        10000,
        0,
        0,
    )
    db.session.commit()
    assert "You pay" not in client.get(f"/orders/{order.token}").text


def test_what_was_collected_can_come_back_while_the_other_waits():
    order = counter_order()
    first, second = order.parcels
    withdrawing.withdraw(order_id=order.id, line_ids={first.lines[0].id}, now=NOW)
    actions.return_lines(
        parcel_id=first.id, line_ids=[first.lines[0].id], reason="withdrawn", by=SELLER, now=NOW
    )
    assert (order.balance, order.owed) == (Money(10000, "EUR"), Money(20000, "EUR"))
    assert actions.refund(order_id=order.id, by=OPERATOR, now=NOW) == Money(10000, "EUR")
    assert [parcel.status for parcel in order.parcels] == ["refunded", "placed"]
    actions.ship(parcel_id=second.id, by=SELLER, now=NOW)
    actions.deliver(parcel_id=second.id, by=SELLER, now=NOW)
    assert (order.paid_minor, order.balance.minor, order.owed.minor) == (30000, 0, 0)


def test_the_page_and_the_mail_say_what_each_seller_takes(client):
    order = place_an_order(
        make_wish(make_offer(price_minor=10000), 1, "pickup"),
        make_wish(make_offer(price_minor=20000), 1, "pickup"),
        payment_method="pickup",
    )
    db.session.commit()
    page = client.get(f"/orders/{order.token}").text
    for parcel, money in zip(order.parcels, ("€100", "€200"), strict=True):
        assert f"<li>{parcel.seller_name}: {money}<" in page.replace(".00", "")
        assert f"{parcel.seller_name}: {money}\n" in last_mail()


def test_money_at_the_counter_is_no_transfer():
    with pytest.raises(OrderRefused, match="at the counter"):
        pay(place_an_order(make_wish(make_offer(), 1, "pickup"), payment_method="pickup"), 32000)


def test_one_payment_pays_one_order_even_at_the_same_moment(app):
    with app.app_context():
        ids = [place_an_order().id for _nth in range(2)]
        db.session.commit()
    gate = threading.Barrier(2)
    ends = []

    def note(order_id: int) -> None:
        with app.app_context():
            total = Money(db.session.get_one(ShopOrder, order_id).total_minor, "EUR")
            db.session.rollback()
            gate.wait()
            try:
                with transaction():
                    actions.mark_paid(
                        order_id=order_id, amount=total, by=OPERATOR, now=NOW, reference="VIR 260302"
                    )
                ends.append("noted")
            except OrderRefused as refused:
                ends.append(str(refused))
            db.session.remove()

    threads = [threading.Thread(target=note, args=(order_id,)) for order_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["Another order was paid with this reference.", "noted"]


def take_back(order: ShopOrder, by=OPERATOR) -> None:
    actions.take_back_payments(order_id=order.id, by=by, now=NOW, note="wrong order")


def seller_mails() -> list[str]:
    mails = sa.select(OutgoingMail.reason).where(OutgoingMail.recipient != "lou@example.com")
    return [reason.split("-")[0] for reason in db.session.scalars(mails.order_by(OutgoingMail.id))]


def test_a_payment_noted_by_mistake_is_taken_back_and_all_is_as_before():
    offer = make_offer(stock=5)
    order = place_an_order(make_wish(offer, 2))
    order.pay_by = NOW + timedelta(hours=1)
    pay(order, order.total_minor, "VIR 1")
    actions.accept(parcel_id=order.parcels[0].id, by=SELLER, now=NOW)
    take_back(order)
    [parcel] = order.parcels
    db.session.refresh(offer)

    assert (order.state, order.paid_minor, order.paid_at, order.payment_reference) == (
        "placed",
        0,
        None,
        None,
    )
    assert (order.owed.minor, order.due_back_minor, offer.stock) == (order.total_minor, 0, 3)
    assert (parcel.send_by, order.pay_by) == (None, NOW + timedelta(days=7))
    last = order.events[-1]
    assert (last.actor, last.verb, last.note) == ("operator", "unpay", "wrong order")
    assert "that was our mistake. The order waits for €643.90, until" in last_mail()
    assert seller_mails() == ["to", "payment"]


def test_the_right_payment_counts_after_the_wrong_one_was_taken_back():
    first, second = place_an_order(), place_an_order()
    pay(first, first.total_minor, "VIR 1")
    take_back(first)
    # It was this one's.
    pay(second, second.total_minor, "VIR 1")
    assert pay(first, first.total_minor, "VIR 2") == "started"
    assert "Your payment has come" in last_mail()
    assert seller_mails() == ["to", "payment", "to", "to"]
    take_back(first)
    assert pay(first, first.total_minor, "VIR 2") == "started"
    assert pay(first, first.total_minor, "VIR 2") == ""


def test_what_ran_out_before_stays_cancelled_and_nothing_is_due_back():
    offer = make_offer(stock=1)
    order = place_an_order(make_wish(offer))
    run_out(LATER)
    place_an_order(make_wish(offer))
    pay(order, order.total_minor)
    take_back(order)
    assert (order.state, order.due_back_minor, order.balance.minor) == ("cancelled", 0, 0)


def send(order: ShopOrder) -> None:
    actions.ship(parcel_id=order.parcels[0].id, by=SELLER, now=NOW)


def cancel_and_pay_back(order: ShopOrder) -> None:
    actions.cancel(order_id=order.id, by=OPERATOR, now=NOW)
    actions.refund(order_id=order.id, by=OPERATOR, now=NOW)


@pytest.mark.parametrize("happened", [send, cancel_and_pay_back])
def test_what_was_sent_or_paid_back_is_not_undone(happened):
    order = place_an_order()
    pay(order, order.total_minor)
    happened(order)
    with pytest.raises(OrderRefused, match="can't be taken back"):
        take_back(order)


@pytest.mark.parametrize(("noted_by", "by"), [(SYSTEM, OPERATOR), (OPERATOR, SELLER), (OPERATOR, SYSTEM)])
def test_only_operators_undo_and_only_what_was_noted_by_hand(noted_by, by):
    order = place_an_order()
    total = Money(order.total_minor, "EUR")
    actions.mark_paid(order_id=order.id, amount=total, by=noted_by, now=NOW, reference="pi_1")
    with pytest.raises(OrderRefused):
        take_back(order, by)
    assert order.state == "paid"
