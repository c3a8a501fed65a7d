"""Invoices and credit notes: when they are drawn up, what they hold for ever, and numbers without a gap."""

import threading
from datetime import date, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from storefront.core.database import db, transaction
from storefront.core.money import Money
from storefront.orders import actions, invoicing
from storefront.orders.documents import Invoice, InvoiceLine, InvoiceSeries
from storefront.orders.models import Parcel, ShopOrder
from storefront.orders.placing import Business
from storefront.orders.rules import OPERATOR, SELLER, SYSTEM
from storefront.sellers.models import Seller
from tests.factories import NOW, make_offer, make_seller, make_wish, place_an_order

# So many parcels are sent in the same moment.
AT_ONCE = 8


def documents(order: ShopOrder) -> list[Invoice]:
    statement = sa.select(Invoice).where(Invoice.order_id == order.id).order_by(Invoice.id)
    return list(db.session.scalars(statement))


def shipped(*wishes, now=NOW, **values) -> ShopOrder:
    order = place_an_order(*wishes, **values)
    actions.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=NOW)
    for parcel in order.parcels:
        actions.ship(parcel_id=parcel.id, by=SELLER, now=now)
    return order


def take_back(order: ShopOrder, **lines_and_delivery: int) -> None:
    delivery = lines_and_delivery.pop("delivery", 0)
    (parcel,) = order.parcels
    lines = {
        line.id: Money(minor, "EUR")
        for line, minor in zip(parcel.lines, lines_and_delivery.values(), strict=False)
    }
    actions.refund_part(
        parcel_id=parcel.id,
        lines=lines,
        delivery=Money(delivery, "EUR"),
        reason="a scratch",
        by=OPERATOR,
        now=NOW,
    )


def give_back(order: ShopOrder) -> None:
    (parcel,) = order.parcels
    ids = [line.id for line in parcel.lines]
    actions.return_lines(parcel_id=parcel.id, line_ids=ids, reason="withdrawn", by=SELLER, now=NOW)


def test_a_parcel_is_invoiced_when_it_is_sent(db_session):
    seller = make_seller()
    order = shipped(make_wish(make_offer(seller_id=seller.id), 2))
    (invoice,) = documents(order)
    assert (invoice.number, invoice.total_minor) == (f"F{seller.id}-000001", 64390)
    assert (invoice.issued_on, invoice.supplied_on, invoice.paid_on) == (date(2026, 3, 2),) * 3
    assert (invoice.buyer_name, invoice.buyer_address) == ("Lou Martin", "3 rue Crébillon\n44000 Nantes")
    assert [(line.kind, line.total_minor, line.vat_scheme, line.vat_minor) for line in invoice.lines] == [
        ("goods", 64000, "margin", order.parcels[0].lines[0].vat_minor),
        ("delivery", 390, "margin", None),
    ]


FIRM = Business(
    name="Menuiserie Le Goff",
    register_number="404833048",
    vat_id="FR83404833048",
    street="12 rue du Port",
    street_more="",
    postcode="29200",
    city="Brest",
    country="FR",
    purchase_order="BC-77",
    invoice_days=30,
)


def test_a_firm_is_invoiced_when_it_is_sent_and_pays_later(db_session):
    order = place_an_order(business=FIRM, payment_method="invoice")
    (parcel,) = order.parcels
    actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW)
    (invoice,) = documents(order)
    assert (invoice.buyer_name, invoice.buyer_contact) == ("Menuiserie Le Goff", "Lou Martin")
    assert (invoice.buyer_address, invoice.buyer_country) == ("12 rue du Port\n29200 Brest", "FR")
    assert (invoice.buyer_register_number, invoice.buyer_vat_id) == ("404833048", "FR83404833048")
    assert (invoice.purchase_order, invoice.seller_country) == ("BC-77", "FR")
    assert (invoice.paid_on, invoice.issued_on, invoice.due_on) == (None, date(2026, 3, 2), date(2026, 4, 1))
    assert (invoice.pay_to_name, invoice.pay_to_iban[:4]) == ("Rebelote Démo SAS", "FR76")
    assert invoice.to_firm


def test_at_the_counter_it_is_invoiced_when_it_is_handed_over(db_session):
    order = place_an_order(make_wish(make_offer(), 1, "pickup"), payment_method="pickup")
    (parcel,) = order.parcels
    actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW)
    assert documents(order) == []
    actions.deliver(parcel_id=parcel.id, by=SELLER, now=NOW + timedelta(days=1))
    assert [(one.total_minor, one.issued_on) for one in documents(order)] == [(32000, date(2026, 3, 3))]


def test_each_seller_has_series_of_its_own(db_session):
    orders = [shipped(make_wish(make_offer()), make_wish(make_offer())) for _ in range(2)]
    numbers = [invoice.number for order in orders for invoice in documents(order)]
    assert len(set(numbers)) == 4
    assert {number.rpartition("-")[2] for number in numbers} == {"000001"}


def test_history_does_not_change_with_seller_customer_or_shop(db_session):
    order = shipped()
    before = {column.name: getattr(documents(order)[0], column.key) for column in Invoice.__table__.columns}
    db.session.execute(sa.update(Seller).values(name="Elsewhere", legal_name="Elsewhere SA", vat_id=""))
    db.session.execute(sa.update(ShopOrder).values(name="", street="", city=""))
    db.session.execute(sa.update(Parcel).values(seller_name="Elsewhere"))
    db.session.expire_all()
    after = {column.name: getattr(documents(order)[0], column.key) for column in Invoice.__table__.columns}
    assert after == before


def test_a_number_never_bears_an_earlier_date_than_the_one_before(db_session):
    seller = make_seller()
    days = [0, 3, 1, 2]
    for day in days:
        shipped(make_wish(make_offer(seller_id=seller.id)), now=NOW + timedelta(days=day))
    dates = list(db.session.scalars(sa.select(Invoice.issued_on).order_by(Invoice.sequence)))
    assert all(one <= other for one, other in pairwise(dates))
    assert dates == [date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 5), date(2026, 3, 5)]


def test_what_was_taken_off_before_is_on_the_invoice(db_session):
    order = place_an_order()
    actions.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=NOW)
    take_back(order, phone=2000)
    assert documents(order) == []
    actions.ship(parcel_id=order.parcels[0].id, by=SELLER, now=NOW)
    (invoice,) = documents(order)
    line = invoice.lines[0]
    # 300.00 and 3.90 of delivery, bought for 200.00: 103.90 * 20 / 120.
    assert (invoice.total_minor, line.total_minor, line.reduction_minor, line.vat_minor) == (
        30390,
        30000,
        2000,
        1732,
    )


@pytest.mark.parametrize("scheme", ["margin", "standard"])
def test_a_return_after_a_reduction_credits_all_the_rest(db_session, scheme):
    order = shipped(make_wish(make_offer(vat_scheme=scheme), 2))
    take_back(order, phone=1501, delivery=90)
    give_back(order)
    invoice, *notes = documents(order)
    assert [note.number.rpartition("-")[2] for note in notes] == ["000001", "000002"]
    assert {note.corrects_id for note in notes} == {invoice.id}
    assert sum(note.total_minor for note in notes) == invoice.total_minor
    vat = [sum(line.vat_minor or 0 for line in one.lines) for one in (invoice, *notes)]
    assert sum(vat[1:]) == vat[0] > 0
    assert order.balance.minor == invoice.total_minor - 1591
    assert order.refunded_minor == 1591


def test_what_is_kept_for_delivery_stays_taxed(db_session):
    order = shipped(make_wish(make_offer(vat_scheme="margin"), 1, "express"))
    give_back(order)
    invoice, note = documents(order)
    # 5.00 of express delivery is kept: 0.83 of VAT.
    assert invoice.total_minor - note.total_minor == 500
    assert (invoice.lines[0].vat_minor or 0) - (note.lines[0].vat_minor or 0) == 83


def test_a_loss_is_no_credit(db_session):
    order = shipped(make_wish(make_offer(purchase_price_minor=40000)))
    take_back(order, phone=5000)
    assert [one.lines[0].vat_minor for one in documents(order)] == [0, 0]


def test_an_unknown_purchase_price_leaves_vat_unknown(db_session):
    order = shipped(make_wish(make_offer(purchase_price_minor=None)))
    take_back(order, phone=5000)
    assert [one.lines[0].vat_minor for one in documents(order)] == [None, None]


def ship_and_fail(parcel_id: int) -> None:
    """Something goes wrong after the number was given, before the commit."""
    try:
        with transaction():
            actions.ship(parcel_id=parcel_id, by=SELLER, now=NOW)
            raise ZeroDivisionError
    except ZeroDivisionError:
        db.session.rollback()


def test_a_rolled_back_transaction_gives_its_number_back(app):
    with app.app_context():
        seller = make_seller()
        offer = make_offer(seller_id=seller.id)
        db.session.commit()
        ids = []
        for _ in range(2):
            with transaction():
                order = place_an_order(make_wish(offer))
                actions.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=NOW)
                ids.append(order.parcels[0].id)
        ship_and_fail(ids[0])
        with transaction():
            actions.ship(parcel_id=ids[1], by=SELLER, now=NOW)
        assert list(db.session.scalars(sa.select(Invoice.sequence))) == [1]


def parcels_to_ship(count: int) -> list[int]:
    seller = make_seller()
    offer = make_offer(seller_id=seller.id, stock=count)
    ids = []
    for _ in range(count):
        order = place_an_order(make_wish(offer))
        actions.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=NOW)
        ids.append(order.parcels[0].id)
    db.session.commit()
    return ids


def together(app, ids: list[int], ship) -> None:
    start = threading.Barrier(len(ids))

    def run(parcel_id: int) -> None:
        with app.app_context():
            start.wait()
            ship(parcel_id)
            db.session.remove()

    threads = [threading.Thread(target=run, args=(parcel_id,)) for parcel_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_many_at_once_and_some_rolled_back_leave_no_gap(app):
    with app.app_context():
        ids = parcels_to_ship(AT_ONCE)

    def ship(parcel_id: int) -> None:
        if parcel_id % 3 == 0:
            ship_and_fail(parcel_id)
            return
        with transaction():
            actions.ship(parcel_id=parcel_id, by=SELLER, now=NOW)

    together(app, ids, ship)
    with app.app_context():
        numbers = sorted(db.session.scalars(sa.select(Invoice.sequence)))
        kept = sum(parcel_id % 3 != 0 for parcel_id in ids)
        assert numbers == list(range(1, kept + 1))
        assert db.session.scalars(sa.select(InvoiceSeries.last)).all() == [kept]


def test_without_the_guard_numbers_clash_or_leave_gaps(app):
    """The negative control: numbers read first and written later are given out twice."""
    with app.app_context():
        ids = parcels_to_ship(AT_ONCE)
    drawn: list[int] = []
    everybody_looked = threading.Barrier(AT_ONCE)

    def ship(_parcel_id: int) -> None:
        last = db.session.scalar(sa.select(sa.func.max(Invoice.sequence))) or 0
        db.session.rollback()
        everybody_looked.wait()
        drawn.append(last + 1)

    together(app, ids, ship)
    assert sorted(drawn) != list(range(1, AT_ONCE + 1))


def test_two_documents_never_share_a_number(db_session):
    shipped()
    invoice = db.session.scalars(sa.select(Invoice)).one()
    copy = {c.name: getattr(invoice, c.key) for c in Invoice.__table__.columns if c.name != "id"}
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.execute(sa.insert(Invoice).values(**copy))


def test_asking_again_for_an_invoice_gives_the_same(db_session):
    order = shipped()
    assert invoicing.issue(order.parcels[0], now=NOW).id == documents(order)[0].id
    assert db.session.scalar(sa.select(sa.func.count(InvoiceLine.id))) == 2
