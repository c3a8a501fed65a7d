from dataclasses import replace
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
from storefront.orders.rules import OPERATOR, SELLER
from tests.factories import NOW, make_offer, make_seller, make_wish, place_an_order

pytestmark = pytest.mark.usefixtures("db_session")


def paid(*wishes) -> ShopOrder:
    order = place_an_order(*wishes)
    actions.mark_paid(order_id=order.id, amount=Money(order.total_minor, "EUR"), by=OPERATOR, now=NOW)
    return order


def delivered(*wishes) -> ShopOrder:
    order = paid(*wishes)
    for parcel in order.parcels:
        actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW)
        actions.deliver(parcel_id=parcel.id, by=SELLER, now=NOW)
    return order


def receipts() -> list[str]:
    found = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id))
    return [written(mail)[0] for mail in found if mail.reason.startswith("withdrawal-")]


def test_before_it_is_sent_it_is_cancelled_at_once():
    offer = make_offer(stock=5)
    order = paid(make_wish(offer))
    withdrawing.withdraw(order_id=order.id, line_ids=None, now=NOW)
    stock = db.session.execute(sa.select(Offer.stock).where(Offer.id == offer.id)).scalar_one()
    assert (order.state, stock, order.balance.minor) == ("cancelled", 5, 32390)
    (receipt,) = receipts()
    assert "2 March 2026" in receipt
    assert order.number in receipt


def test_after_delivery_it_is_to_come_back():
    order = delivered()
    withdrawing.withdraw(order_id=order.id, line_ids=None, now=NOW + timedelta(days=14))
    (line,) = order.parcels[0].lines
    assert (order.state, line.withdrawn_at) == ("delivered", NOW + timedelta(days=14))
    assert order.parcels[0].seller_address in receipts()[0]


def test_some_of_it():
    order = delivered(make_wish(make_offer()), make_wish(make_offer()))
    first, second = (parcel.lines[0] for parcel in order.parcels)
    withdrawing.withdraw(order_id=order.id, line_ids={second.id}, now=NOW)
    assert (first.withdrawn_at, second.withdrawn_at) == (None, NOW)
    assert second.title in receipts()[0]
    assert first.title not in receipts()[0]


def test_a_parcel_that_was_not_sent_is_withdrawn_whole_whatever_is_asked():
    """Its page offers it as a whole; a crafted form may name one line of it."""
    seller_id = make_seller().id
    wish, more = (make_wish(make_offer(seller_id=seller_id)) for _ in range(2))
    order = paid(replace(wish, items=wish.items + more.items))
    first, second = order.parcels[0].lines
    withdrawing.withdraw(order_id=order.id, line_ids={second.id}, now=NOW)
    assert (order.state, first.withdrawn_at, second.withdrawn_at) == ("cancelled", NOW, NOW)
    assert order.events[-1].note == f"{first.title}, {second.title}"
    assert (first.title in receipts()[0], second.title in receipts()[0]) == (True, True)


def test_too_late_gets_a_receipt_and_no_more():
    order = delivered()
    withdrawing.withdraw(order_id=order.id, line_ids=None, now=NOW + timedelta(days=15))
    assert order.parcels[0].lines[0].withdrawn_at is None
    assert "had ended" in receipts()[0]


def test_as_long_as_a_parcel_is_to_arrive_there_is_time():
    order = paid(make_wish(make_offer()), make_wish(make_offer()))
    first = order.parcels[0]
    actions.ship(parcel_id=first.id, by=SELLER, now=NOW)
    actions.deliver(parcel_id=first.id, by=SELLER, now=NOW)
    withdrawing.withdraw(order_id=order.id, line_ids={first.lines[0].id}, now=NOW + timedelta(days=60))
    assert first.lines[0].withdrawn_at is not None


def test_twice_is_refused():
    order = delivered()
    withdrawing.withdraw(order_id=order.id, line_ids=None, now=NOW)
    with pytest.raises(OrderRefused, match="nothing to withdraw"):
        withdrawing.withdraw(order_id=order.id, line_ids=None, now=NOW)


@pytest.mark.parametrize(
    ("number", "email", "found"),
    [
        ("{}", "lou@example.com", True),
        (" {} ", "LOU@Example.com", True),
        ("lower", "lou@example.com", True),
        ("{}", "somebody@example.com", False),
        ("R-2026-AAAAAA", "lou@example.com", False),
        ("'; DROP TABLE", "lou@example.com", False),
        ("\0", "lou@example.com", False),
    ],
)
def test_by_number_and_mail_address(number, email, found):
    order = delivered()
    typed = order.number.lower().replace("-", "") if number == "lower" else number.format(order.number)
    withdrawing.withdraw_by_number(number=typed, email=email, now=NOW)
    assert (order.parcels[0].lines[0].withdrawn_at is not None, len(receipts())) == (found, int(found))
