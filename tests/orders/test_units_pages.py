"""Each device of a line has its own way to "It broke", on the order's page and among the guarantees."""

import re

import pytest

from storefront.orders import actions
from storefront.orders.models import ShopOrder
from storefront.orders.rules import CUSTOMER, SELLER, SYSTEM
from storefront.orders.units import key_of, unit_by_key
from tests.factories import NOW, make_offer, make_person, make_wish, place_an_order
from tests.signing_in import sign_in

PAGES = ("/orders/{token}", "/account/guarantees")


def delivered(client, quantity: int, serials: tuple[str, ...] = ()) -> ShopOrder:
    """An order of one line that has arrived, of a person who is signed in."""
    order = place_an_order(make_wish(make_offer(stock=quantity), quantity), now=NOW)
    person = make_person()
    order.person_id = person.id
    parcel = order.parcels[0]
    actions.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=NOW)
    actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW, serials={parcel.lines[0].id: serials})
    actions.deliver(parcel_id=parcel.id, by=CUSTOMER, now=NOW)
    sign_in(client, person)
    return order


def links(page: str) -> list[str]:
    return re.findall(r'href="/repair\?unit=([^"]+)"', page)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("quantity", [1, 3, 12])
def test_each_device_of_a_line_has_its_own_link(client, db_session, page, quantity):
    order = delivered(client, quantity)
    line = order.parcels[0].lines[0]
    found = links(client.get(page.format(token=order.token)).text)
    assert found == [key_of(order, line, place) for place in range(1, quantity + 1)]
    units = [unit_by_key(key) for key in found]
    assert [unit.place for unit in units if unit] == list(range(1, quantity + 1))


@pytest.mark.parametrize("page", PAGES)
def test_a_serial_number_stands_beside_the_link_of_its_device(client, db_session, page):
    order = delivered(client, 3, ("AAAA1", "", "CCCC3"))
    line = order.parcels[0].lines[0]
    text = client.get(page.format(token=order.token)).text
    rows = {key: row for row in re.findall(r"<li>(Device .*?)</li>", text, re.DOTALL) for key in links(row)}
    assert [rows[key_of(order, line, place)].partition(" ·")[0] for place in (1, 2, 3)] == [
        "Device 1, serial number AAAA1",
        "Device 2",
        "Device 3, serial number CCCC3",
    ]
    assert "It broke" in rows[key_of(order, line, 3)]
    assert "(CCCC3)" in rows[key_of(order, line, 3)], "links of one text each say which device they are of"


@pytest.mark.parametrize("page", PAGES)
def test_only_the_device_that_was_repaired_says_so(client, db_session, page):
    order = delivered(client, 3)
    actions.extend_legal_guarantee(
        line_id=order.parcels[0].lines[0].id,
        place=2,
        cause="repair-1",
        claimed_on=NOW.date(),
        by=SELLER,
        now=NOW,
    )
    text = client.get(page.format(token=order.token)).text
    said = [
        row
        for row in re.findall(r"<li>(Device .*?)</li>", text, re.DOTALL)
        if "repaired under guarantee" in row
    ]
    assert [row[:9] for row in said] == ["Device 2:"]


@pytest.mark.parametrize("page", PAGES)
def test_without_numbers_any_device_will_do(client, db_session, page):
    order = delivered(client, 3)
    assert "Their serial numbers aren" in client.get(page.format(token=order.token)).text


def test_what_went_back_has_no_link(client, db_session):
    order = delivered(client, 3)
    parcel = order.parcels[0]
    lines = [line.id for line in parcel.lines]
    actions.return_lines(parcel_id=parcel.id, line_ids=lines, reason="defect", by=SELLER, now=NOW)
    for page in PAGES:
        assert links(client.get(page.format(token=order.token)).text) == []
