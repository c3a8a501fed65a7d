"""A firm that is trusted gets its goods first, and pays by the invoices."""

from datetime import date, timedelta

import pytest

from storefront.catalog.models import Offer
from storefront.core.database import db
from storefront.orders import actions, queries
from storefront.orders.actions import Business
from storefront.orders.errors import OrderRefused
from storefront.orders.expiring import expire_unpaid
from storefront.orders.models import ShopOrder
from storefront.orders.rules import CUSTOMER, OPERATOR, SELLER, SYSTEM
from storefront.orders.shown import shown
from tests.factories import NOW, make_offer, make_wish, place_an_order

pytestmark = pytest.mark.usefixtures("db_session")

FIRM = Business(
    name="Menuiserie Loire SARL",
    register_number="732829320",
    vat_id="FR44732829320",
    street="8 quai de la Fosse",
    street_more="",
    postcode="44000",
    city="Nantes",
    country="FR",
    purchase_order="PO-4711",
    invoice_days=30,
)


def firms_order(**values) -> ShopOrder:
    return place_an_order(
        make_wish(make_offer(stock=5), 2),
        payment_method="invoice",
        business=FIRM,
        **{"pay_by": NOW + timedelta(days=30), **values},
    )


def test_the_order_keeps_who_is_billed():
    page = shown(firms_order(), now=NOW).firm
    assert page is not None
    assert (page.name, page.vat_id, page.address, page.purchase_order, page.days, page.due_on) == (
        "Menuiserie Loire SARL",
        "FR44732829320",
        ("8 quai de la Fosse", "44000 Nantes"),
        "PO-4711",
        30,
        None,
    )


def test_the_seller_is_promised_and_told_at_once():
    (parcel,) = firms_order().parcels
    assert parcel.send_by == date(2026, 3, 4)


def test_it_is_sent_before_the_money_and_invoiced_with_a_day():
    order = firms_order()
    (parcel,) = order.parcels
    actions.accept(parcel_id=parcel.id, by=SELLER, now=NOW)
    sent = NOW + timedelta(days=2)
    actions.ship(parcel_id=parcel.id, by=SELLER, now=sent)
    (invoice,) = queries.invoices_of(order.id)
    assert (invoice.total_minor, invoice.paid_on, order.due_on) == (64390, None, date(2026, 4, 3))
    actions.deliver(parcel_id=parcel.id, by=CUSTOMER, now=sent + timedelta(days=3))
    assert (order.state, order.owed.minor) == ("delivered", 64390)


def test_money_that_comes_in_the_end_changes_nothing_else():
    order = firms_order()
    (parcel,) = order.parcels
    actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW)
    actions.mark_paid(order_id=order.id, amount=order.owed, by=OPERATOR, now=NOW + timedelta(days=20))
    assert (parcel.status, order.owed.minor, order.balance.minor) == ("shipped", 0, 0)


def test_money_noted_by_mistake_leaves_the_promise():
    order = firms_order()
    (parcel,) = order.parcels
    actions.mark_paid(order_id=order.id, amount=order.owed, by=OPERATOR, now=NOW)
    actions.take_back_payments(order_id=order.id, by=OPERATOR, now=NOW)
    assert (parcel.status, parcel.send_by) == ("placed", date(2026, 3, 4))


def test_it_never_runs_out_by_itself():
    order = firms_order()
    assert expire_unpaid(now=NOW + timedelta(days=365)) == 0
    assert order.state == "placed"


def test_nobody_else_gets_goods_before_the_money():
    (parcel,) = place_an_order(payment_method="bank-transfer").parcels
    with pytest.raises(OrderRefused):
        actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW)


def test_what_comes_back_is_credited_before_it_is_paid():
    order = firms_order()
    (parcel,) = order.parcels
    actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW)
    actions.deliver(parcel_id=parcel.id, by=SYSTEM, now=NOW)
    actions.return_lines(
        parcel_id=parcel.id, line_ids=[parcel.lines[0].id], reason="defect", by=SELLER, now=NOW
    )
    assert [document.kind for document in queries.invoices_of(order.id)] == ["invoice", "credit"]
    assert order.owed.minor == 0


def test_units_that_are_held_are_not_taken_again():
    offer = make_offer(stock=1)
    place_an_order(make_wish(offer, 4), held={offer.id: 3})
    db.session.expire_all()
    assert db.session.get_one(Offer, offer.id).stock == 0
