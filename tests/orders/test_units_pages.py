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


def named(page: str) -> dict[str, str]:
    """What the links are called, by the key of their unit."""
    return dict(re.findall(r'href="/repair\?unit=([^"]+)">([^<]+)</a>', page))


@pytest.mark.parametrize("page", PAGES)
def test_a_link_is_called_what_is_known_of_its_device(client, db_session, page):
    order = delivered(client, 3, ("AAAA1", "", "CCCC3"))
    line = order.parcels[0].lines[0]
    assert named(client.get(page.format(token=order.token)).text) == {
        key_of(order, line, 1): "Device 1, serial number AAAA1",
        key_of(order, line, 2): "Device 2",
        key_of(order, line, 3): "Device 3, serial number CCCC3",
    }


@pytest.mark.parametrize("page", PAGES)
def test_one_device_alone_needs_no_number(client, db_session, page):
    order = delivered(client, 1, ("AAAA1",))
    text = client.get(page.format(token=order.token)).text
    assert named(text) == {key_of(order, order.parcels[0].lines[0]): "It broke"}
    assert ("Serial number AAAA1" in text, "Device 1" in text) == (True, False)


@pytest.mark.parametrize("page", PAGES)
def test_only_the_device_that_was_repaired_says_so(client, db_session, page):
    order = delivered(client, 3)
    line = order.parcels[0].lines[0]
    actions.extend_legal_guarantee(
        line_id=line.id, place=2, cause="repair-1", claimed_on=NOW.date(), by=SELLER, now=NOW
    )
    found = named(client.get(page.format(token=order.token)).text)
    said = [key for key, name in found.items() if "repaired under guarantee" in name]
    assert said == [key_of(order, line, 2)]


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
