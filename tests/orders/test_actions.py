from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from storefront.catalog.models import Offer
from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.core.money import Money
from storefront.orders import actions
from storefront.orders.errors import OrderRefused
from storefront.orders.models import Parcel, ShopOrder
from storefront.orders.rules import CUSTOMER, GONE, OPERATOR, SELLER, SYSTEM
from storefront.sellers.models import QualityEntry
from tests.factories import NOW, make_offer, make_seller, make_wish, place_an_order, run_out

pytestmark = pytest.mark.usefixtures("db_session")
BY_OPERATOR: dict[str, Any] = {"by": OPERATOR, "now": NOW}
LATER = NOW + timedelta(days=30)


def stock(offer: Offer) -> int:
    return db.session.execute(sa.select(Offer.stock).where(Offer.id == offer.id)).scalar_one()


def mails() -> list[str]:
    """What the outbox tells the customer, the confirmation apart."""
    to_lou = sa.select(OutgoingMail.reason).where(OutgoingMail.recipient == "lou@example.com")
    reasons = db.session.scalars(to_lou.order_by(OutgoingMail.id))
    return [reason for reason in reasons if not reason.startswith("order-placed")]


def outcomes() -> list[str]:
    return list(db.session.scalars(sa.select(QualityEntry.outcome).order_by(QualityEntry.id)))


def log(order: ShopOrder) -> list[tuple[str, str, str, str]]:
    return [(e.actor, e.verb, e.from_state, e.to_state) for e in order.events if e.verb != "place"]


def pay(order: ShopOrder, amount: int | None = None, now=NOW, **values) -> str:
    minor = order.owed.minor if amount is None else amount
    return actions.mark_paid(order_id=order.id, amount=Money(minor, "EUR"), by=SYSTEM, now=now, **values)


def two_parcels(**values) -> ShopOrder:
    return place_an_order(
        make_wish(make_offer(price_minor=10000)), make_wish(make_offer(price_minor=20000)), **values
    )


def test_money_moves_every_parcel_and_promises_days():
    order = two_parcels()
    assert pay(order, reference="bank-1")
    assert [parcel.status for parcel in order.parcels] == ["paid", "paid"]
    assert (order.paid_minor, order.paid_at, order.payment_reference) == (30780, NOW, "bank-1")
    assert [(p.send_by, p.arrives_until) for p in order.parcels] == [(date(2026, 3, 4), date(2026, 3, 9))] * 2
    assert mails() == [f"order-paid-{order.id}"]


@pytest.mark.parametrize("reference", [None, "bank-1"])
def test_the_same_money_told_again_changes_nothing(reference):
    order = place_an_order()
    pay(order, reference=reference)
    before = len(order.events)
    assert not pay(order, amount=32390, reference=reference)
    assert (order.paid_minor, len(order.events), len(mails())) == (32390, before, 1)


def test_too_little_money_is_refused():
    order = place_an_order()
    with pytest.raises(OrderRefused, match="less than"):
        pay(order, amount=32389)
    assert (order.paid_minor, order.state) == (0, "placed")


def test_money_that_comes_twice_waits_to_be_paid_back():
    order = place_an_order()
    pay(order, reference="first")
    assert pay(order, amount=32390, reference="second")
    assert not pay(order, amount=32390, reference="second")
    assert (order.paid_minor, order.balance) == (64780, Money(32390, "EUR"))


def test_a_parcel_from_placed_to_delivered():
    order = place_an_order()
    (parcel,) = order.parcels
    pay(order)
    actions.accept(parcel_id=parcel.id, **BY_OPERATOR)
    actions.ship(parcel_id=parcel.id, tracking_url="https://carrier.example/1", **BY_OPERATOR)
    actions.deliver(parcel_id=parcel.id, by=CUSTOMER, now=NOW)
    assert log(order) == [
        ("system", "pay", "", ""),
        ("system", "pay", "placed", "paid"),
        ("operator", "accept", "paid", "accepted"),
        ("operator", "ship", "accepted", "shipped"),
        ("customer", "deliver", "shipped", "delivered"),
    ]
    assert (parcel.tracking_url, parcel.shipped_at, parcel.delivered_at) == (
        "https://carrier.example/1",
        NOW,
        NOW,
    )
    assert mails() == [f"order-paid-{order.id}", f"parcel-shipped-{parcel.id}"]
    assert outcomes() == ["good"]


def test_what_the_table_refuses_changes_nothing():
    order = place_an_order()
    (parcel,) = order.parcels
    with pytest.raises(OrderRefused, match="can't be sent"):
        actions.ship(parcel_id=parcel.id, **BY_OPERATOR)
    with pytest.raises(OrderRefused, match="can't be marked as delivered"):
        actions.deliver(parcel_id=parcel.id, **BY_OPERATOR)
    assert (parcel.status, log(order)) == ("placed", [])


def test_an_unknown_parcel_is_not_found():
    with pytest.raises(NotFound):
        actions.accept(parcel_id=999_999, **BY_OPERATOR)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "carrier.example/1", "https://x/" + "y" * 500, 'https://x/"', "https://x/ y"],
)
def test_a_tracking_address_is_a_link(address):
    order = place_an_order()
    pay(order)
    with pytest.raises(OrderRefused, match="https"):
        actions.ship(parcel_id=order.parcels[0].id, tracking_url=address, **BY_OPERATOR)


@pytest.mark.parametrize(("days", "outcome"), [(2, "good"), (3, "late")])
def test_sent_later_than_promised_is_late(days, outcome):
    order = place_an_order(make_wish(make_offer(seller_id=make_seller(handling_days=2).id)))
    pay(order)
    parcel_id = order.parcels[0].id
    actions.ship(parcel_id=parcel_id, by=SELLER, now=NOW + timedelta(days=days))
    actions.deliver(parcel_id=parcel_id, by=CUSTOMER, now=NOW + timedelta(days=9))
    assert outcomes() == [outcome]


def test_what_is_picked_up_is_paid_at_the_counter():
    order = place_an_order(make_wish(make_offer(), 1, "pickup"), payment_method="pickup")
    (parcel,) = order.parcels
    actions.ship(parcel_id=parcel.id, **BY_OPERATOR)
    with pytest.raises(OrderRefused):
        actions.deliver(parcel_id=parcel.id, by=CUSTOMER, now=NOW)
    actions.deliver(parcel_id=parcel.id, by=SELLER, now=NOW)
    assert (order.state, order.paid_minor, order.balance.minor) == ("delivered", 32000, 0)
    assert mails() == [f"parcel-shipped-{parcel.id}"]


def test_cancelling_gives_the_units_back_once():
    offer = make_offer(stock=5)
    order = place_an_order(make_wish(offer, 2))
    actions.cancel(order_id=order.id, by=CUSTOMER, now=NOW)
    assert (order.state, stock(offer), order.balance.minor) == ("cancelled", 5, 0)
    with pytest.raises(OrderRefused, match="cancelled any more"):
        actions.cancel(order_id=order.id, by=CUSTOMER, now=NOW)
    assert stock(offer) == 5
    assert mails() == [f"parcels-cancelled-{order.parcels[0].id}.1"]
    assert outcomes() == []


def test_cancelling_one_of_two_parcels_leaves_the_other_to_be_paid():
    order = two_parcels()
    first, second = order.parcels
    actions.cancel(order_id=order.id, parcel_id=first.id, **BY_OPERATOR)
    assert (first.status, second.status, order.state) == ("cancelled", "placed", "placed")
    assert order.balance == Money(-20390, "EUR")


def test_a_paid_and_cancelled_parcel_is_paid_back_once():
    order = two_parcels()
    pay(order)
    actions.cancel(order_id=order.id, parcel_id=order.parcels[0].id, **BY_OPERATOR)
    assert order.balance == Money(10390, "EUR")
    assert actions.refund(order_id=order.id, **BY_OPERATOR) == Money(10390, "EUR")
    assert [parcel.status for parcel in order.parcels] == ["refunded", "paid"]
    with pytest.raises(OrderRefused, match="Nothing is due"):
        actions.refund(order_id=order.id, **BY_OPERATOR)
    assert order.refunded_minor == 10390


def test_a_seller_who_cannot_send_is_remembered_and_its_units_do_not_come_back():
    offer = make_offer(stock=5)
    order = place_an_order(make_wish(offer))
    pay(order)
    actions.refuse(parcel_id=order.parcels[0].id, by=SELLER, now=NOW, note="screen cracked on packing")
    assert (order.state, stock(offer), order.balance.minor) == ("refused", 4, 32390)
    assert outcomes() == ["cancelled"]


def test_unpaid_orders_run_out_and_others_stay():
    offer = make_offer(stock=5)
    late, paid, young = (place_an_order(make_wish(offer)) for _ in range(3))
    pay(paid)
    young.pay_by = LATER + timedelta(days=1)
    assert run_out(LATER) == 1
    assert run_out(LATER) == 0
    assert [order.state for order in (late, paid, young)] == ["cancelled", "paid", "placed"]
    assert stock(offer) == 3
    assert log(late) == [("system", "cancel", "placed", "cancelled")]


def test_each_unpaid_order_goes_in_a_transaction_of_its_own():
    """Held together, the rows of many orders' offers would stand in a checkout's way, and it in theirs."""
    for _nth in range(3):
        place_an_order()
    gone = sa.select(sa.func.count()).where(Parcel.status == "cancelled")
    seen = []

    def look(_session: object) -> None:
        with db.engine.connect() as other:
            seen.append(other.scalar(gone))

    sa.event.listen(db.session, "after_commit", look)
    try:
        assert run_out(LATER) == 3
    finally:
        sa.event.remove(db.session, "after_commit", look)
    # Savepoints count as commits, too; the first one is the test's own.
    assert set(seen) == {0, 1, 2, 3}


def test_what_was_paid_since_it_was_found_overdue_stays():
    order = place_an_order()
    pay(order)
    assert not actions.expire(order_id=order.id, now=LATER)
    assert order.state == "paid"


def test_what_nobody_picks_up_goes_back_on_the_shelf():
    offer = make_offer(stock=5)
    order = place_an_order(make_wish(offer, 1, "pickup"), payment_method="pickup")
    actions.ship(parcel_id=order.parcels[0].id, **BY_OPERATOR)
    assert run_out(LATER) == 1
    assert (order.state, stock(offer)) == ("cancelled", 5)


def test_money_that_comes_late_takes_the_units_again():
    offer = make_offer(stock=1)
    order = place_an_order(make_wish(offer))
    run_out(LATER)
    assert pay(order, amount=32390, now=LATER, reference="slow bank")
    assert (order.state, stock(offer), order.balance.minor) == ("paid", 0, 0)
    assert log(order)[-1] == ("system", "revive", "cancelled", "paid")
    assert order.parcels[0].send_by == date(2026, 4, 3)


def test_money_that_comes_too_late_waits_to_be_paid_back():
    offer = make_offer(stock=1)
    order = place_an_order(make_wish(offer))
    run_out(LATER)
    place_an_order(make_wish(offer))
    assert pay(order, amount=32390, now=LATER, reference="slow bank")
    assert (order.state, stock(offer), order.balance.minor) == ("cancelled", 0, 32390)
    assert (order.events[-1].code, order.events[-1].amount_minor) == (GONE, 32390)
    assert actions.refund(order_id=order.id, **BY_OPERATOR) == Money(32390, "EUR")
    assert (order.state, order.balance.minor) == ("refunded", 0)


def test_late_money_revives_all_or_nothing():
    first, second = make_offer(stock=1), make_offer(stock=1)
    order = place_an_order(make_wish(first), make_wish(second))
    run_out(LATER)
    place_an_order(make_wish(second))
    pay(order, amount=order.total_minor, now=LATER, reference="slow bank")
    assert (order.state, stock(first), stock(second)) == ("cancelled", 1, 0)


def test_what_its_customer_cancelled_is_not_revived():
    offer = make_offer(stock=1)
    order = place_an_order(make_wish(offer))
    actions.cancel(order_id=order.id, by=CUSTOMER, now=NOW)
    pay(order, amount=32390, reference="crossed")
    assert (order.state, stock(offer), order.balance.minor) == ("cancelled", 1, 32390)


def delivered(*wishes) -> ShopOrder:
    order = place_an_order(*wishes)
    pay(order)
    for parcel in order.parcels:
        actions.ship(parcel_id=parcel.id, **BY_OPERATOR)
        actions.deliver(parcel_id=parcel.id, **BY_OPERATOR)
    return order


def give_back(order: ShopOrder, reason: str = "withdrawn", lines=None) -> None:
    (parcel,) = order.parcels
    ids = [line.id for line in lines or parcel.lines]
    actions.return_lines(parcel_id=parcel.id, line_ids=ids, reason=reason, **BY_OPERATOR)


@pytest.mark.parametrize(
    ("reason", "outcome"), [("withdrawn", "good"), ("defect", "defect"), ("wrong_grade", "wrong_grade")]
)
def test_a_return_tells_the_record_why(reason, outcome):
    offer = make_offer(stock=5)
    order = delivered(make_wish(offer))
    give_back(order, reason)
    assert (order.state, outcomes(), stock(offer)) == ("returned", [outcome], 4)


def test_express_is_paid_back_as_standard():
    order = delivered(make_wish(make_offer(), 1, "express"))
    give_back(order)
    assert order.balance == Money(32390, "EUR")


def test_a_part_of_a_parcel_can_come_back():
    seller = make_seller()
    phone, case = (make_offer(seller_id=seller.id, price_minor=price) for price in (30000, 5000))
    wish, more = make_wish(phone), make_wish(case)
    order = delivered(
        type(wish)(**{**{n: getattr(wish, n) for n in wish.__slots__}, "items": wish.items + more.items})
    )
    line_of_phone, line_of_case = order.parcels[0].lines
    give_back(order, lines=[line_of_case])
    assert (order.state, order.balance) == ("delivered", Money(5000, "EUR"))
    with pytest.raises(OrderRefused, match="left to return"):
        give_back(order, lines=[line_of_case])
    give_back(order, lines=[line_of_phone])
    assert (order.state, order.balance) == ("returned", Money(35390, "EUR"))


def test_one_of_two_picked_up_is_paid_even_if_the_other_never_is():
    order = place_an_order(
        make_wish(make_offer(price_minor=10000), 1, "pickup"),
        make_wish(make_offer(price_minor=20000), 1, "pickup"),
        payment_method="pickup",
    )
    for parcel in order.parcels:
        actions.ship(parcel_id=parcel.id, **BY_OPERATOR)
    actions.deliver(parcel_id=order.parcels[0].id, by=SELLER, now=NOW)
    assert (order.paid_minor, order.owed) == (10000, Money(20000, "EUR"))
    assert run_out(LATER) == 1
    assert (order.state, order.paid_minor, order.balance.minor) == ("delivered", 10000, 0)
