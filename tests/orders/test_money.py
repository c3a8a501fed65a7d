"""What money that comes does to an order, and what its customer is told; money at the counter."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storefront.catalog.models import Offer
from storefront.core.database import db
from storefront.core.mail import OutgoingMail, written
from storefront.core.money import Money
from storefront.orders import actions, withdrawing
from storefront.orders.errors import OrderRefused
from storefront.orders.models import ShopOrder
from storefront.orders.rules import CUSTOMER, OPERATOR, SELLER
from tests.factories import NOW, make_offer, make_wish, place_an_order

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
    actions.expire_unpaid(now=LATER)


def runs_out_and_is_sold(order: ShopOrder) -> None:
    actions.expire_unpaid(now=LATER)
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
