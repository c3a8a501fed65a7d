"""What the desk does and reads: two people at once, parts of prices, notes; lists and orders narrowed to sellers."""

from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from storefront.accounts.models import Person
from storefront.core.database import db
from storefront.core.mail import OutgoingMail, written
from storefront.core.money import Money
from storefront.orders import actions
from storefront.orders.desk_order import invoice_for_desk, order_for_desk, parcel_for_desk
from storefront.orders.desk_queries import NEEDS, Needs, OrderFilters, needs, orders_page
from storefront.orders.errors import OrderChanged, OrderRefused
from storefront.orders.models import ShopOrder
from storefront.orders.rules import CUSTOMER, OPERATOR, SELLER, SYSTEM, Who
from storefront.orders.withdrawing import withdraw
from tests.factories import NOW, make_offer, make_seller, make_wish, place_an_order

pytestmark = pytest.mark.usefixtures("db_session")
LATER = NOW + timedelta(days=10)
NOTHING = Money(0, "EUR")


def paid(*wishes, **values) -> ShopOrder:
    order = place_an_order(*wishes, **values)
    actions.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=NOW)
    return order


def of_two_sellers() -> ShopOrder:
    return paid(make_wish(make_offer(sku="PHONE-1")), make_wish(make_offer(sku="CASE-1", price_minor=1000)))


def numbers(sellers: frozenset[int] | None = None, now=NOW, **filters: Any) -> list[str]:
    return [row.number for row in orders_page(sellers, OrderFilters(**filters), now=now).rows]


def one(order: ShopOrder, place: int = 0) -> frozenset[int]:
    return frozenset({order.parcels[place].seller_id})


# Two people


def test_the_log_says_which_person_it_was():
    person = Person(email="sam@atelier.example", name="Sam", language="fr", created_at=NOW)
    db.session.add(person)
    db.session.flush()
    order = paid()
    actions.accept(parcel_id=order.parcels[0].id, by=Who("seller", person.id), now=NOW)
    db.session.flush()
    assert [(event.actor, event.person_id) for event in order.events][-1] == ("seller", person.id)


DEEDS = {
    "accept": lambda parcel, seen: actions.accept(parcel_id=parcel.id, by=SELLER, now=NOW, seen=seen),
    "ship": lambda parcel, seen: actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW, seen=seen),
    "refuse": lambda parcel, seen: actions.refuse(parcel_id=parcel.id, by=SELLER, now=NOW, seen=seen),
    "cancel": lambda parcel, seen: actions.cancel(
        order_id=parcel.order_id, parcel_id=parcel.id, by=OPERATOR, now=NOW, seen=seen
    ),
    "give back": lambda parcel, seen: actions.give_back(
        parcel_id=parcel.id,
        lines={parcel.lines[0].id: Money(100, "EUR")},
        delivery=NOTHING,
        reason="late",
        by=SELLER,
        now=NOW,
        seen=seen,
    ),
}


@pytest.mark.parametrize("first", DEEDS)
@pytest.mark.parametrize("second", DEEDS)
def test_of_two_people_the_second_is_told_and_nothing_is_done(first, second):
    order = paid()
    (parcel,) = order.parcels
    seen = parcel.version
    DEEDS[first](parcel, seen)
    db.session.flush()
    before = (parcel.status, len(order.events), parcel.given_up_minor)
    with pytest.raises(OrderChanged, match="Somebody else"):
        DEEDS[second](parcel, seen)
    assert (parcel.status, len(order.events), parcel.given_up_minor) == before


def test_two_sellers_do_not_disturb_each_other():
    order = of_two_sellers()
    seen = [parcel.version for parcel in order.parcels]
    for parcel, version in zip(order.parcels, seen, strict=True):
        actions.accept(parcel_id=parcel.id, by=SELLER, now=NOW, seen=version)
    assert [parcel.status for parcel in order.parcels] == ["accepted", "accepted"]
    with pytest.raises(OrderChanged):
        actions.mark_paid(order_id=order.id, amount=NOTHING, by=OPERATOR, now=NOW, seen=seen[0])


# Parts of prices


@pytest.mark.parametrize(
    ("goods", "delivery", "said"),
    [
        (0, 0, "how much"),
        (-100, 200, "how much"),
        (32001, 0, "more than"),
        (100, 391, "more than"),
        (32000, 0, "cancel it instead"),
    ],
)
def test_what_can_not_be_given_back(goods, delivery, said):
    order = paid()
    (parcel,) = order.parcels
    with pytest.raises(OrderRefused, match=said):
        actions.give_back(
            parcel_id=parcel.id, lines={parcel.lines[0].id: Money(goods, "EUR")}, delivery=Money(delivery, "EUR"),
            reason="late", by=SELLER, now=NOW,
        )  # fmt: skip
    assert (parcel.given_up_minor, order.balance.minor) == (0, 0)


def test_a_line_of_another_parcel_is_none_of_this_one():
    order = of_two_sellers()
    mine, other = order.parcels
    with pytest.raises(OrderRefused):
        actions.give_back(
            parcel_id=mine.id, lines={other.lines[0].id: Money(100, "EUR")}, delivery=NOTHING,
            reason="", by=SELLER, now=NOW,
        )  # fmt: skip


def test_a_seller_gives_up_and_the_operator_pays_back():
    order = paid()
    (parcel,) = order.parcels
    values: dict[str, Any] = {
        "parcel_id": parcel.id, "lines": {parcel.lines[0].id: Money(3000, "EUR")}, "delivery": Money(390, "EUR"),
        "reason": "sent late", "now": NOW,
    }  # fmt: skip
    assert actions.give_back(**values, by=SELLER) == Money(3390, "EUR")
    assert (order.due_back_minor, order.refunded_minor, numbers(need="refund")) == (3390, 0, [order.number])
    with pytest.raises(OrderRefused, match="operator"):
        actions.refund(order_id=order.id, by=SELLER, now=NOW)
    assert actions.refund(order_id=order.id, by=OPERATOR, now=NOW) == Money(3390, "EUR")
    assert (order.due_back_minor, order.refunded_minor, order.state) == (0, 3390, "paid")


@pytest.mark.parametrize("seed", range(8))
def test_what_lists_say_is_due_is_what_is_due(seed):
    """Whatever happens, in whatever order."""
    chance = Random(seed)
    order = place_an_order(make_wish(make_offer()), make_wish(make_offer(), 2, "express"))
    deeds = [*DEEDS.values(), pay_again, take_all_back, pay_back]
    for _ in range(12):
        parcel = chance.choice(order.parcels)
        with suppress(OrderRefused):
            chance.choice(deeds)(parcel, None)
        db.session.flush()
        assert order.due_back_minor == max(0, order.balance.minor)
        assert parcel.given_up_minor == parcel.delivery_given_up_minor + sum(
            line.given_up_minor for line in parcel.lines
        )
        assert 0 <= parcel.delivery_given_up_minor <= parcel.shipping_minor


def pay_again(parcel, _seen):
    order = parcel.order
    reference = f"payment {len(order.events)}"
    amount = Money(order.total_minor, "EUR")
    actions.mark_paid(order_id=order.id, amount=amount, by=OPERATOR, now=NOW, reference=reference)


def take_all_back(parcel, _seen):
    ids = [line.id for line in parcel.lines]
    actions.return_lines(parcel_id=parcel.id, line_ids=ids, reason="withdrawn", by=SELLER, now=NOW)


def pay_back(parcel, _seen):
    actions.refund(order_id=parcel.order_id, by=OPERATOR, now=NOW)


def test_what_was_not_paid_is_not_given_back():
    order = place_an_order()
    (parcel,) = order.parcels
    with pytest.raises(OrderRefused, match="Nothing can be given back"):
        actions.give_back(
            parcel_id=parcel.id, lines={parcel.lines[0].id: Money(100, "EUR")}, delivery=NOTHING, reason="",
            by=SELLER, now=NOW,
        )  # fmt: skip


# Links, notes, mails


def test_a_carriers_link_can_be_changed_while_it_is_on_its_way():
    order = paid()
    (parcel,) = order.parcels
    link = "https://carrier.example/2"
    change: dict[str, Any] = {"parcel_id": parcel.id, "tracking_url": link, "by": SELLER, "now": NOW}
    with pytest.raises(OrderRefused, match="can't be changed"):
        actions.change_tracking(**change)
    actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW, tracking_url="https://carrier.example/1")
    actions.change_tracking(**change)
    assert parcel.tracking_url == link
    newest = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()
    assert link in written(newest)[0]
    with pytest.raises(OrderRefused, match="https"):
        actions.change_tracking(**change | {"tracking_url": "https://carrier.example@evil.example/"})


def test_a_note_is_not_for_the_customer(client):
    order = paid()
    actions.write_note(order_id=order.id, text="rang twice, sounds cross", by=OPERATOR, now=NOW)
    db.session.commit()
    assert order.events[-1].note == "rang twice, sounds cross"
    assert "cross" not in client.get(f"/orders/{order.token}").text


def to_sellers() -> list[tuple[str, str]]:
    mails = db.session.scalars(
        sa.select(OutgoingMail).where(OutgoingMail.recipient != "lou@example.com").order_by(OutgoingMail.id)
    )
    return [(mail.recipient, " ".join(written(mail)[0].split())) for mail in mails]


def test_a_seller_is_told_once_it_is_paid_and_when_it_is_called_off():
    order = place_an_order()
    assert to_sellers() == []
    actions.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=NOW)
    db.session.flush()
    (parcel,) = order.parcels
    ((recipient, text),) = to_sellers()
    assert recipient == parcel.seller_email
    for fact in (order.number, parcel.lines[0].sku, "3 rue Crébillon", "send it by 4 March 2026"):
        assert fact in text
    assert order.token not in text
    actions.cancel(order_id=order.id, by=CUSTOMER, now=NOW)
    assert [order.number in text and "don't send" in text for _, text in to_sellers()] == [False, True]


def test_what_is_paid_at_the_counter_is_told_at_once_and_without_a_name():
    place_an_order(make_wish(make_offer(), 1, "pickup"), payment_method="pickup")
    ((_, text),) = to_sellers()
    assert "picked up" in text
    assert "Lou" not in text


# Lists


def test_each_need_finds_its_orders_and_the_counts_agree():
    unpaid, to_accept, to_ship, due = place_an_order(), paid(), paid(), paid()
    counter = place_an_order(make_wish(make_offer(), 1, "pickup"), payment_method="pickup")
    actions.accept(parcel_id=to_ship.parcels[0].id, by=SELLER, now=NOW)
    actions.cancel(order_id=due.id, by=CUSTOMER, now=NOW)
    back = paid()
    actions.ship(parcel_id=back.parcels[0].id, by=SELLER, now=NOW)
    withdraw(order_id=back.id, line_ids=None, now=NOW)
    db.session.flush()
    found = {need: numbers(need=need, now=LATER) for need in NEEDS}
    assert found == {
        "accept": [counter.number, to_accept.number],
        "ship": [to_ship.number],
        "late": [counter.number, to_ship.number, to_accept.number],
        "back": [back.number],
        "payment": [unpaid.number],
        "refund": [due.number],
    }
    assert needs(None, now=LATER) == Needs(*(len(found[need]) for need in NEEDS))
    mine = one(to_ship)
    assert needs(mine, now=LATER) == Needs(accept=0, ship=1, late=1, back=0, payment=0, refund=0)
    assert numbers(one(due), need="refund") == []


@pytest.mark.parametrize(
    "text", ["r-2026-", "LOU", "martin lou", "Zoe", "example.com", "44000", "SKU-X"], ids=lambda text: text
)
def test_text_finds_number_name_mail_postcode_and_sku(text):
    order = paid(make_wish(make_offer(sku="SKU-X")), name="Zoé Lou Martin")
    paid(make_wish(make_offer(sku="SKU-Y")), name="Ann", email="ann@elsewhere.example", postcode="75001")
    expected = [order.number] if text != "r-2026-" else numbers()
    assert numbers(text=text) == expected
    assert numbers(text="%") == numbers(text="xyzzy") == []


def test_state_seller_and_dates_narrow_the_list():
    first, second = paid(), place_an_order(now=NOW.replace(day=3))
    assert numbers(state="paid") == [first.number]
    assert numbers(seller_id=second.parcels[0].seller_id) == [second.number]
    today, tomorrow = NOW.date(), NOW.date() + timedelta(1)
    assert numbers(placed_until=today) == [first.number]
    assert numbers(placed_from=tomorrow) == [second.number]
    assert numbers(placed_from=today, placed_until=tomorrow) == [second.number, first.number]


def test_a_seller_sees_its_own_parcels_and_its_customers_only():
    order, stranger = of_two_sellers(), paid()
    mine = one(order)
    (row,) = orders_page(mine, OrderFilters(), now=NOW).rows
    assert ([parcel.seller_id for parcel in row.parcels], row.total) == ([*mine], Money(32390, "EUR"))
    assert (row.name, row.town) == ("Lou Martin", "Nantes")
    seen = order_for_desk(mine, order.number, now=NOW)
    assert [parcel.seller_id for parcel in seen.parcels] == [*mine]
    assert {event.parcel_id for event in seen.events} == {order.parcels[0].id}
    assert (seen.knows_customer, seen.is_whole, seen.refunds) == (True, False, ())
    for number in (stranger.number, "R-2026-NOBODY"):
        with pytest.raises(NotFound):
            order_for_desk(mine, number, now=NOW)
    assert parcel_for_desk(mine, order.parcels[0].id) is order.parcels[0]
    with pytest.raises(NotFound):
        parcel_for_desk(mine, order.parcels[1].id)
    assert numbers(mine, text="CASE-1") == []
    assert numbers(mine, text="PHONE-1") == [order.number]


def test_before_it_is_paid_a_seller_knows_no_name_and_finds_none():
    order = place_an_order()
    mine = one(order)
    (row,) = orders_page(mine, OrderFilters(), now=NOW).rows
    assert (row.name, row.town) == ("", "")
    assert not order_for_desk(mine, order.number, now=NOW).knows_customer
    assert numbers(mine, text="lou") == []
    assert numbers(mine, text=order.number) == [order.number]


def test_nobodys_seller_sees_nothing():
    of_two_sellers()
    assert numbers(frozenset()) == []
    assert needs(frozenset(), now=LATER) == Needs(*[0] * len(NEEDS))


def test_invoices_are_their_sellers():
    order = of_two_sellers()
    for parcel in order.parcels:
        actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW)
    mine = one(order)
    (invoice,) = order_for_desk(mine, order.number, now=NOW).invoices
    assert invoice_for_desk(mine, invoice.number) is invoice
    with pytest.raises(NotFound):
        invoice_for_desk(one(order, 1), invoice.number)
    with pytest.raises(NotFound):
        invoice_for_desk(None, "F0-000000")


def test_lists_take_three_statements_counts_one_and_an_order_seven(count_sql):
    taken = []
    for _ in range(2):
        order = of_two_sellers()
        db.session.commit()
        db.session.expire_all()
        number = order.number
        for question in (
            lambda: orders_page(None, OrderFilters(text="lou"), now=NOW),
            lambda: orders_page(frozenset({1}), OrderFilters(need="late"), now=NOW),
            lambda: needs(None, now=NOW),
            lambda number=number: order_for_desk(None, number, now=NOW),
        ):
            with count_sql() as statements:
                question()
            taken.append(len(statements))
    assert taken[:4] == taken[4:]
    assert (taken[0], taken[2]) == (3, 1)


def test_pages_hold_every_order_once():
    seller = make_seller()
    offer = make_offer(seller_id=seller.id, stock=60)
    placed = [place_an_order(make_wish(offer)).number for _ in range(52)]
    first = orders_page(None, OrderFilters(), now=NOW)
    second = orders_page(None, OrderFilters(), first.next, now=NOW)
    assert [row.number for row in (*first.rows, *second.rows)] == placed[::-1]
    assert (len(first.rows), second.next, second.previous != "") == (50, "", True)
