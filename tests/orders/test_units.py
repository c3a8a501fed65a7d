"""Serial numbers of what was sold, and guarantees that a repair makes longer."""

from datetime import date, timedelta

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from storefront.core.errors import FormInvalid
from storefront.core.money import Money
from storefront.orders import actions
from storefront.orders.errors import OrderRefused
from storefront.orders.exports import export
from storefront.orders.forms import read_serials
from storefront.orders.models import ShopOrder
from storefront.orders.rules import CUSTOMER, OPERATOR, SELLER, SYSTEM
from storefront.orders.serials import is_doubtful_imei, read_serial
from storefront.orders.units import key_of, unit_by_key, unit_by_serial
from storefront.personal.everything import everything
from storefront.personal.guarantees import covered
from tests.factories import NOW, make_offer, make_person, make_wish, place_an_order

IMEI = "352099001761481"
# Delivered on 2 March 2026.
LEGAL_UNTIL, LONGER_UNTIL = date(2028, 3, 2), date(2028, 9, 2)


def sold(serial: str = IMEI, *, quantity: int = 1, delivered: bool = True, **values) -> ShopOrder:
    """An order of one line, sent with a serial number."""
    order = place_an_order(make_wish(make_offer(), quantity), **values)
    parcel = order.parcels[0]
    actions.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=NOW)
    serials = {parcel.lines[0].id: (serial,)} if serial else {}
    actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW, serials=serials)
    if delivered:
        actions.deliver(parcel_id=parcel.id, by=CUSTOMER, now=NOW)
    return order


def extended(
    order: ShopOrder, cause: str = "repair-1", *, place: int = 1, claimed_on=date(2026, 9, 1)
) -> date | None:
    line = order.parcels[0].lines[0]
    return actions.extend_legal_guarantee(
        line_id=line.id, place=place, cause=cause, claimed_on=claimed_on, by=SELLER, now=NOW
    )


@pytest.mark.parametrize(
    ("typed", "serial"),
    [
        ("35-209900-176148-1", IMEI),
        (" 352099 00 176148 1 ", IMEI),
        ("３５２０９９００１７６１４８１", IMEI),
        ("c02xk1abjg5h", "C02XK1ABJG5H"),
        ("SN: 12/34", "SN1234"),
    ],
)
def test_a_serial_is_read_however_it_is_spelt(typed, serial):
    assert read_serial(typed) == serial


@pytest.mark.parametrize("typed", ["", "abc", "x" * 41, "é" * 8, "12 34 <b>", "1234\0", "٣٥٢٠٩٩٠٠"])
def test_what_is_no_serial_is_not_taken(typed):
    with pytest.raises(ValueError, match="serial"):
        read_serial(typed)


@pytest.mark.parametrize(
    ("serial", "doubtful"),
    [
        (IMEI, False),
        ("352099001761482", True),
        ("352099001764181", True),
        ("C02XK1ABJG5H", False),
        ("1234", False),
    ],
)
def test_an_imei_with_a_wrong_digit_is_doubtful_and_no_other_number_is(serial, doubtful):
    assert is_doubtful_imei(serial) is doubtful


def test_a_unit_is_found_by_its_serial_and_tells_nothing_of_its_buyer(db_session):
    order = sold()
    found = unit_by_serial("35-209900-176148-1")
    assert found is not None
    line = order.parcels[0].lines[0]
    assert (found.line_id, found.place, found.title) == (line.id, 1, line.title)
    assert (found.delivered_on, found.legal_until, found.seller_until) == (
        date(2026, 3, 2), LEGAL_UNTIL, date(2027, 3, 2),
    )  # fmt: skip
    assert found.price == Money(32000, "EUR")
    told = repr(found)
    assert not [word for word in (order.token, order.number, order.email, order.name) if word in told]


def test_a_unit_is_found_by_the_orders_link_and_by_no_other(db_session):
    order = sold(serial="", quantity=2)
    line = order.parcels[0].lines[0]
    assert unit_by_key(key_of(order, line)) is not None
    second = unit_by_key(key_of(order, line, 2))
    assert second is not None
    assert second.place == 2
    wrong = (
        "", order.token, f"{order.token}.", f"{order.token}.{line.id}.3", f"{order.token}.{line.id}.0",
        f"{order.token}.{line.id + 1}", f"{'x' * 32}.{line.id}", f"{order.token}.{'9' * 30}", "\0",
    )  # fmt: skip
    assert [key for key in wrong if unit_by_key(key) is not None] == []


def test_what_has_not_arrived_or_went_back_is_no_unit(db_session):
    on_its_way = sold(delivered=False)
    assert unit_by_serial(IMEI) is None
    assert unit_by_key(key_of(on_its_way, on_its_way.parcels[0].lines[0])) is None
    back = sold("C02XK1ABJG5H")
    line = back.parcels[0].lines[0]
    actions.return_lines(
        parcel_id=back.parcels[0].id, line_ids=[line.id], reason="defect", by=SELLER, now=NOW
    )
    assert unit_by_serial("C02XK1ABJG5H") is None
    assert unit_by_key(key_of(back, line)) is None


def test_one_device_has_one_buyer_until_it_comes_back(db_session):
    first = sold()
    with pytest.raises(OrderRefused, match=IMEI):
        sold()
    db_session.expire_all()
    parcel = first.parcels[0]
    actions.return_lines(
        parcel_id=parcel.id, line_ids=[parcel.lines[0].id], reason="withdrawn", by=SELLER, now=NOW
    )
    again = sold()
    found = unit_by_serial(IMEI)
    assert found is not None
    assert found.line_id == again.parcels[0].lines[0].id


def test_what_waited_at_the_counter_and_was_called_off_may_be_sold_again(db_session):
    wish = make_wish(make_offer(), shipping_method="pickup")
    order = place_an_order(wish, payment_method="pickup")
    parcel = order.parcels[0]
    actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW, serials={parcel.lines[0].id: (IMEI,)})
    actions.cancel(order_id=order.id, by=OPERATOR, now=NOW)
    sold()
    assert unit_by_serial(IMEI) is not None


def test_two_numbers_typed_in_each_others_place_change_places(db_session):
    order = sold(quantity=3)
    parcel = order.parcels[0]
    line = parcel.lines[0]
    for serials in (("AAAA1", "BBBB2", ""), ("BBBB2", "AAAA1", ""), ("", "", "AAAA1")):
        actions.change_serials(parcel_id=parcel.id, serials={line.id: serials}, by=SELLER, now=NOW)
        assert (
            tuple({unit.place: unit.serial for unit in line.units}.get(n) or "" for n in (1, 2, 3)) == serials
        )
    assert [event.verb for event in order.events].count("serials") == 3


def test_serials_of_a_parcel_that_was_called_off_stay(db_session):
    order = place_an_order()
    actions.cancel(order_id=order.id, by=OPERATOR, now=NOW)
    parcel = order.parcels[0]
    with pytest.raises(OrderRefused):
        actions.change_serials(parcel_id=parcel.id, serials={parcel.lines[0].id: (IMEI,)}, by=SELLER, now=NOW)


def test_the_form_takes_one_number_a_line_and_no_more_than_there_are_devices(db_session):
    order = place_an_order(make_wish(make_offer(), 2))
    parcel = order.parcels[0]
    name = f"serials-{parcel.lines[0].id}"

    def read(text: str):
        return read_serials(MultiDict({name: text}), parcel)

    assert read("") == {parcel.lines[0].id: ()}
    assert read("aaaa1\r\nbb-bb2\r\n") == {parcel.lines[0].id: ("AAAA1", "BBBB2")}
    assert read_serials(MultiDict(), parcel) == {}
    for wrong in ("a1\nb2", "AAAA1\nAAAA1", "AAAA1\nBBBB2\nCCCC3", "<script>"):
        with pytest.raises(FormInvalid) as refused:
            read(wrong)
        assert list(refused.value.errors) == [name]


def test_a_repair_under_guarantee_makes_the_legal_one_six_months_longer_once(db_session):
    order = sold()
    assert extended(order) == LONGER_UNTIL
    # Told twice, it counts once; another repair is another six months.
    assert extended(order) == LONGER_UNTIL
    found = unit_by_serial(IMEI)
    assert found is not None
    assert (found.legal_until, found.seller_until) == (LONGER_UNTIL, date(2027, 3, 2))
    assert extended(order, "repair-2") == date(2029, 3, 2)
    assert [event.verb for event in order.events].count("extend") == 2


def test_only_the_unit_that_was_repaired_is_guaranteed_longer(db_session):
    order = sold(quantity=2)
    line = order.parcels[0].lines[0]
    assert extended(order, place=2) == LONGER_UNTIL
    keys = [unit_by_key(key_of(order, line, place)) for place in (1, 2)]
    assert [unit.legal_until for unit in keys if unit] == [LEGAL_UNTIL, LONGER_UNTIL]


def test_a_repair_asked_for_after_the_legal_guarantee_makes_nothing_longer(db_session):
    order = sold()
    assert extended(order, claimed_on=LEGAL_UNTIL + timedelta(1)) is None
    assert extended(order, claimed_on=LEGAL_UNTIL) == LONGER_UNTIL


def test_nor_does_one_of_what_went_back_or_never_came(db_session):
    assert extended(sold(delivered=False)) is None
    order = sold("AAAA1")
    parcel = order.parcels[0]
    actions.return_lines(
        parcel_id=parcel.id, line_ids=[parcel.lines[0].id], reason="defect", by=SELLER, now=NOW
    )
    assert extended(order, "repair-9") is None
    with pytest.raises(NotFound):
        extended(order, "repair-9", place=2)


def test_the_order_page_and_the_account_say_it(client, db_session):
    person = make_person()
    order = sold()
    order.person_id = person.id
    extended(order)
    page = client.get(f"/orders/{order.token}").text
    assert f"Serial number {IMEI}" in page
    assert "runs until September 2, 2028" in page or "2 September 2028" in page
    (one,) = covered(person.id, now=NOW)
    assert one.until == LONGER_UNTIL
    (line,) = everything(person, now=NOW)["orders"][0]["parcels"][0]["lines"]
    assert line["units"] == [{"place": 1, "serial": IMEI, "extra_months": 6, "came_back_at": None}]


def test_records_for_accountants_name_the_devices(db_session):
    sold(quantity=2)
    for kind in ("lines", "margin"):
        _header, row = "".join(export(kind, None, date(2026, 3, 1), date(2026, 3, 31))).splitlines()
        assert IMEI in row.split(",")
