"""The desk's orders: lists and pages narrowed to who looks, deeds by forms, two people at once, papers and records."""

import re
from datetime import timedelta

import pytest

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.money import Money
from storefront.orders import actions
from storefront.orders.desk_order import order_for_desk
from storefront.orders.models import ShopOrder
from storefront.orders.rules import CUSTOMER
from storefront.orders.rules import OPERATOR as BY_OPERATOR

from ..factories import make_offer, make_wish, place_an_order
from ..shopper import without_tokens
from .budget import overweight
from .world import OPERATOR, OTHER_SELLER, SELLER, World, populate, unchanged


@pytest.fixture
def world(app) -> World:
    return populate(app)


def order_of(world: World, *sellers: str, state: str = "paid", quantity: int = 1, **values) -> str:
    """The number of an order with a parcel of each of these sellers, all in this state."""
    with world.app.app_context():
        offers = [make_offer(seller_id=world.people[seller].seller_id) for seller in sellers or (SELLER,)]
        order = place_an_order(*(make_wish(offer, quantity) for offer in offers), now=utcnow(), **values)
        if state != "placed":
            actions.mark_paid(order_id=order.id, amount=order.owed, by=BY_OPERATOR, now=utcnow())
        for parcel in order.parcels:
            if state in ("accepted", "shipped"):
                actions.accept(parcel_id=parcel.id, by=BY_OPERATOR, now=utcnow())
            if state == "shipped":
                actions.ship(parcel_id=parcel.id, by=BY_OPERATOR, now=utcnow())
        number = order.number
        db.session.commit()
    return number


def stored(world: World, number: str) -> ShopOrder:
    """The order as it stands, whole; to be looked at within the application's context."""
    return order_for_desk(None, number, now=utcnow()).order


def parcel_of(world: World, number: str, place: int = 0) -> int:
    with world.app.app_context():
        return stored(world, number).parcels[place].id


def states(world: World, number: str) -> list[str]:
    with world.app.app_context():
        return [parcel.status for parcel in stored(world, number).parcels]


def numbers_on(page) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/desk/orders/([^"]+)"', page.text)


# The list


def test_a_seller_lists_its_own_orders_and_knows_who_paid(world):
    mine, theirs, unpaid = (
        order_of(world, name="Ines Karim"),
        order_of(world, OTHER_SELLER),
        order_of(world, state="placed", name="Zoé Blanc"),
    )
    page = world.people[SELLER].client.get("/desk/orders")

    assert numbers_on(page) == [unpaid, mine]
    assert ("Ines Karim" in page.text, "Zoé Blanc" in page.text) == (True, False)
    assert numbers_on(world.people[OPERATOR].client.get("/desk/orders")) == [unpaid, theirs, mine]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("needs=accept", ["paid"]),
        ("needs=ship", ["accepted"]),
        ("needs=payment", ["placed"]),
        ("state=shipped", ["shipped"]),
        ("q=ines+paid", ["paid"]),
        ("q=nobody", []),
        ("until=2001-01-01", []),
        ("from=2001-01-01", ["shipped", "accepted", "paid", "placed"]),
        # What makes no sense narrows nothing.
        (
            "needs=x&state=y&seller=z&from=0001-01-01&until=9999-12-31",
            ["shipped", "accepted", "paid", "placed"],
        ),
    ],
)
def test_the_list_is_narrowed_by_its_address(world, query, found):
    made = {
        order_of(world, state=state, name=f"Ines {state}"): state
        for state in ("placed", "paid", "accepted", "shipped")
    }
    page = world.people[OPERATOR].client.get(f"/desk/orders?{query}")

    assert [made[number] for number in numbers_on(page)] == found


def test_the_list_costs_the_same_with_one_order_and_with_three(world, count_sql):
    counts = []
    for more in (1, 2):
        for _nth in range(more):
            order_of(world, SELLER, OTHER_SELLER)
        found = []
        for actor in (SELLER, OPERATOR):
            with count_sql() as statements:
                assert world.people[actor].client.get("/desk/orders").status_code == 200
            found.append(len(statements))
        counts.append(found)

    # Who it is: two; the orders: three; what needs doing: one; the sellers to choose from: one.
    assert counts == [[6, 7], [6, 7]]


def test_what_filters_swap_is_a_part_of_the_page(world):
    order_of(world)
    client = world.people[OPERATOR].client
    page = client.get("/desk/orders?needs=accept")
    piece = client.get("/desk/orders?needs=accept", headers={"HX-Request": "true", "HX-Target": "results"})

    assert piece.text.startswith('<div id="results">')
    assert without_tokens(piece.text).strip() in without_tokens(page.text)


def test_an_order_is_accepted_from_the_list_and_the_list_comes_back(world):
    number = order_of(world)
    client = world.people[SELLER].client
    answer = client.submit(client.get("/desk/orders?needs=accept"), "/accept")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/orders?needs=accept")
    assert states(world, number) == ["accepted"]


def test_with_a_script_only_the_row_is_swapped(world):
    number = order_of(world)
    client = world.people[SELLER].client
    page = client.get("/desk/orders")
    row = re.findall(r'<tr id="([^"]+)"', page.text)[0]
    piece = client.submit(page, "/accept", headers={"HX-Request": "true", "HX-Target": row})

    assert (piece.status_code, states(world, number)) == (200, ["accepted"])
    assert piece.text.startswith(f'<tr id="{row}"')
    said, there = '<p class="save" role="status">✓ Accepted.</p>', client.get("/desk/orders").text
    assert (said in piece.text, said in there) == (True, False)
    assert without_tokens(piece.text.replace(said, "")).strip() in without_tokens(there)
    next_ids, ids = (re.findall(r'id="(b-[0-9]+)"', text) for text in (piece.text, page.text))
    assert next_ids == ids, "the focus stays on what is done next"


def test_many_are_accepted_at_once_but_those_that_changed_meanwhile(world):
    numbers = [order_of(world) for _nth in range(3)]
    client = world.people[SELLER].client
    ticks = re.findall(r'name="parcel" value="([^"]+)"', client.get("/desk/orders").text)
    with world.app.app_context():
        actions.cancel(order_id=stored(world, numbers[1]).id, by=CUSTOMER, now=utcnow())
        db.session.commit()
    answer = client.post(
        "/desk/orders/accept",
        data={"parcel": ticks, "csrf_token": world.people[SELLER].token},
        follow_redirects=True,
    )

    assert [states(world, number)[0] for number in numbers] == ["accepted", "cancelled", "accepted"]
    assert "2 parcels accepted. One had changed meanwhile" in answer.text
    assert (
        client.post("/desk/orders/accept", data={"csrf_token": world.people[SELLER].token}).status_code == 422
    )


def test_one_of_anothers_among_the_ticked_stops_all(world):
    mine, theirs = order_of(world), order_of(world, OTHER_SELLER)
    ticked = [f"{parcel_of(world, number)}-0" for number in (mine, theirs)]
    somebody = world.people[SELLER]
    answer = somebody.client.post(
        "/desk/orders/accept", data={"parcel": ticked, "csrf_token": somebody.token}
    )

    assert (answer.status_code, states(world, mine), states(world, theirs)) == (404, ["paid"], ["paid"])


# One order


def test_a_seller_sees_its_own_parcel_and_no_money_of_others(world):
    number = order_of(world, SELLER, OTHER_SELLER, name="Ines Karim")
    with world.app.app_context():
        order = stored(world, number)
        titles = [parcel.lines[0].title for parcel in order.parcels]
        actions.write_note(order_id=order.id, text="the shop's own thoughts", by=BY_OPERATOR, now=utcnow())
        db.session.commit()
    pages = {who: world.people[who].client.get(f"/desk/orders/{number}").text for who in (SELLER, OPERATOR)}

    assert [title in pages[SELLER] for title in titles] == [True, False]
    assert [title in pages[OPERATOR] for title in titles] == [True, True]
    assert ("Ines Karim" in pages[SELLER], "the shop&#39;s own thoughts" in pages[SELLER]) == (True, False)
    assert "the shop&#39;s own thoughts" in pages[OPERATOR]
    # Two parcels of 323.90 each.
    assert ("€647.80" in pages[SELLER], "€647.80" in pages[OPERATOR]) == (False, True)


def test_before_it_is_paid_a_seller_knows_no_name(world):
    number = order_of(world, state="placed", name="Zoé Blanc")
    page = world.people[SELLER].client.get(f"/desk/orders/{number}").text

    assert "Name and address follow" in page
    assert [
        private for private in ("Zoé", "rue Crébillon", "lou@example.com", "+33 6 12") if private in page
    ] == []


def test_an_order_costs_the_same_with_one_parcel_and_with_three(world, count_sql):
    counts = []
    for sellers in ((SELLER,), (SELLER, OTHER_SELLER, SELLER)):
        number = order_of(world, *sellers)
        with count_sql() as statements:
            assert world.people[OPERATOR].client.get(f"/desk/orders/{number}").status_code == 200
        counts.append(len(statements))

    assert counts == [10, 10]


def test_a_parcel_goes_its_way_by_the_forms_of_its_page(world):
    number = order_of(world)
    parcel = parcel_of(world, number)
    client = world.people[SELLER].client
    seen = []
    for deed, fields in (
        ("accept", {}),
        ("ship", {"tracking_url": "https://carrier.example/7"}),
        ("deliver", {}),
    ):
        answer = client.submit(client.get(f"/desk/orders/{number}"), f"/{parcel}/{deed}", fields)
        seen.append((answer.status_code, answer.headers["Location"], *states(world, number)))

    assert seen == [(303, f"/desk/orders/{number}", state) for state in ("accepted", "shipped", "delivered")]
    page = client.get(f"/desk/orders/{number}").text
    assert 'href="https://carrier.example/7"' in page
    assert re.findall(r"<b>(Sent|Accepted|Delivered), the seller</b>", page) == [
        "Delivered",
        "Sent",
        "Accepted",
    ]
    assert page.count("Dominique Ferrand") == 3


def test_a_bad_tracking_link_is_shown_again_at_its_field(world):
    number = order_of(world, state="accepted")
    client = world.people[SELLER].client
    answer = client.submit(
        client.get(f"/desk/orders/{number}"), "/ship", {"tracking_url": "javascript:alert(1)"}
    )

    assert (answer.status_code, states(world, number)) == (422, ["accepted"])
    assert 'value="javascript:alert(1)"' in answer.text
    assert 'id="e-tracking_url"' in answer.text
    again = client.submit(answer, fields={"tracking_url": "https://carrier.example/1"})
    assert (again.status_code, states(world, number)) == (303, ["shipped"])


def test_the_second_of_two_is_told_what_happened_and_keeps_what_was_typed(world):
    number = order_of(world, state="accepted")
    client = world.people[SELLER].client
    page = client.get(f"/desk/orders/{number}")
    with world.app.app_context():
        order = stored(world, number)
        actions.cancel(order_id=order.id, by=CUSTOMER, now=utcnow(), note="found another")
        db.session.commit()
    answer = client.submit(page, "/ship", {"tracking_url": "https://carrier.example/7"})

    assert (answer.status_code, states(world, number)) == (409, ["cancelled"])
    assert "Somebody else has done something" in answer.text
    assert "Cancelled, the customer" in answer.text
    assert "found another" in answer.text
    assert "Accepted, the shop" not in answer.text
    assert 'value="https://carrier.example/7"' in answer.text


@pytest.mark.parametrize(
    ("state", "deed", "fields", "after"),
    [
        ("paid", "cancel", {"reason": "changed their mind"}, "cancelled"),
        ("paid", "refuse", {"reason": "the screen broke"}, "refused"),
        ("shipped", "take-back", {"reason": "defect"}, "returned"),
        ("shipped", "refund", {"amount": "12.50", "reason": "a scratch"}, "shipped"),
    ],
)
def test_what_has_no_way_back_is_asked_twice(world, state, deed, fields, after):
    number = order_of(world, state=state)
    client = world.people[OPERATOR].client
    form = client.get(f"/desk/orders/parcels/{parcel_of(world, number)}/{deed}")
    asked = client.submit(form, fields=fields)
    before = states(world, number)
    done = client.submit(asked)

    assert (asked.status_code, before, done.status_code) == (200, [state], 303)
    assert states(world, number) == [after]
    with world.app.app_context():
        assert fields["reason"] in stored(world, number).events[-1].note or deed != "cancel"


def test_a_confirmation_that_came_too_late_does_nothing(world):
    number = order_of(world)
    client = world.people[OPERATOR].client
    form = client.get(f"/desk/orders/parcels/{parcel_of(world, number)}/cancel")
    asked = client.submit(form, fields={"reason": "changed their mind"})
    with world.app.app_context():
        actions.accept(parcel_id=parcel_of_now(world, number), by=BY_OPERATOR, now=utcnow())
        db.session.commit()
    answer = client.submit(asked)

    assert (answer.status_code, states(world, number)) == (409, ["accepted"])
    assert 'value="changed their mind"' in answer.text
    # Having looked at it again, one may.
    assert client.submit(client.submit(answer)).status_code == 303
    assert states(world, number) == ["cancelled"]


def parcel_of_now(world: World, number: str) -> int:
    return stored(world, number).parcels[0].id


# Money


def test_a_payment_is_noted_and_a_smaller_one_refused(world):
    number = order_of(world, state="placed")
    client = world.people[OPERATOR].client
    form = client.get(f"/desk/orders/{number}/pay")
    wrong = client.submit(form, fields={"amount": "many"})
    little = client.submit(form, fields={"amount": "1"})
    done = client.submit(form, fields={"reference": "VIR 17"})

    assert 'value="323.90"' in form.text
    assert (wrong.status_code, little.status_code, done.status_code) == (422, 409, 303)
    assert states(world, number) == ["paid"]


@pytest.mark.parametrize("state", ["placed", "paid"])
def test_more_than_is_owed_is_asked_about_by_its_amount(world, state):
    number = order_of(world, state=state)
    client = world.people[OPERATOR].client
    form = client.get(f"/desk/orders/{number}/pay")
    with unchanged(world.app) as changed:
        asked = client.submit(form, fields={"amount": "99999", "reference": "VIR 18"})
    done = client.submit(asked)

    assert (asked.status_code, "€99,999 came" in asked.text, changed) == (200, True, [])
    assert done.status_code == 303


def test_a_payment_is_never_counted_for_two_orders(world):
    first, second = (order_of(world, state="placed") for _nth in range(2))
    client = world.people[OPERATOR].client
    answers = [
        client.submit(client.get(f"/desk/orders/{number}/pay"), fields={"reference": "VIR 17"})
        for number in (first, second)
    ]

    assert [answer.status_code for answer in answers] == [303, 422]
    assert states(world, second) == ["placed"]


def test_part_of_a_price_goes_back_by_line_and_the_page_says_what_is_left(world):
    number = order_of(world, state="shipped")
    with world.app.app_context():
        found = stored(world, number).parcels[0]
        parcel, line = found.id, found.lines[0].id
    client = world.people[OPERATOR].client
    address = f"/desk/orders/parcels/{parcel}/refund"
    form = client.get(address)
    too_much = client.submit(form, fields={f"line-{line}": "999", "reason": "a scratch"})
    refused = client.submit(too_much)
    client.submit(
        client.submit(form, fields={f"line-{line}": "20", "delivery": "3.90", "reason": "a scratch"})
    )
    nothing = client.submit(client.get(address), fields={"reason": "why not"})

    assert "€323.90" in form.text
    assert (too_much.status_code, refused.status_code, nothing.status_code) == (200, 409, 422)
    assert "€300" in client.get(address).text
    with world.app.app_context():
        order = stored(world, number)
        assert (order.refunded_minor, order.balance.minor) == (2390, 0)
    assert "A" in re.findall(r"/desk/orders/invoices/([AF])", client.get(f"/desk/orders/{number}").text)


def test_what_is_due_is_paid_back_by_hand(world):
    number = order_of(world)
    with world.app.app_context():
        actions.cancel(order_id=stored(world, number).id, by=CUSTOMER, now=utcnow())
        db.session.commit()
    client = world.people[OPERATOR].client
    page = client.get(f"/desk/orders/{number}")
    asked = client.submit(client.get(f"/desk/orders/{number}/pay-back"), fields={"note": "VIR 99"})
    done = client.submit(asked)

    assert "€323.90 are to be paid back" in page.text
    assert "€323.90 go back" in asked.text
    assert (done.status_code, states(world, number)) == (303, ["refunded"])


def test_a_payment_noted_by_mistake_is_taken_back_until_something_is_sent(world):
    number = order_of(world, state="placed")
    client = world.people[OPERATOR].client
    client.submit(client.get(f"/desk/orders/{number}/pay"), fields={"reference": "VIR 17"})
    button = f'href="/desk/orders/{number}/unpay"'
    before = client.get(f"/desk/orders/{number}").text
    asked = client.submit(client.get(f"/desk/orders/{number}/unpay"), fields={"reason": "the next order's"})
    done = client.submit(asked)
    after = client.get(f"/desk/orders/{number}").text

    assert "€323.90, is taken back" in asked.text
    assert (done.status_code, states(world, number)) == (303, ["placed"])
    assert (button in before, button in after) == (True, False)
    assert "Payment taken back: it was noted by mistake, the shop" in after
    assert button not in client.get(f"/desk/orders/{order_of(world, state='shipped')}").text


# Notes, papers, records


def test_a_note_is_for_the_shop_alone_or_for_a_seller_too(world):
    number = order_of(world, SELLER, OTHER_SELLER)
    parcel = parcel_of(world, number)
    operator, seller, other = (world.people[who].client for who in (OPERATOR, SELLER, OTHER_SELLER))
    for text, chosen in (("for us <b>", ""), ("for you", str(parcel))):
        operator.submit(operator.get(f"/desk/orders/{number}"), "/note", {"note": text, "parcel": chosen})
    seller.submit(seller.get(f"/desk/orders/{number}"), "/note", {"note": "from me"})
    pages = [client.get(f"/desk/orders/{number}").text for client in (operator, seller, other)]

    assert [[text in page for text in ("for us &lt;b&gt;", "for you", "from me")] for page in pages] == [
        [True, True, True],
        [False, True, True],
        [False, False, False],
    ]


def test_a_note_swaps_the_log_and_an_empty_one_is_refused(world):
    number = order_of(world)
    client = world.people[SELLER].client
    page = client.get(f"/desk/orders/{number}")
    piece = client.submit(
        page, "/note", {"note": "hello"}, headers={"HX-Request": "true", "HX-Target": "log"}
    )

    assert piece.text.strip().startswith('<section class="box" id="log">')
    assert without_tokens(piece.text).strip() in without_tokens(client.get(f"/desk/orders/{number}").text)
    assert client.submit(page, "/note", {"note": " "}).status_code == 422


def test_all_slips_come_as_one_paper(world):
    for _nth in range(3):
        order_of(world, state="accepted")
    order_of(world, OTHER_SELLER, state="accepted")
    answer = world.people[SELLER].client.get("/desk/orders/slips.pdf")

    assert answer.mimetype == "application/pdf"
    assert answer.data.count(b"/Type /Page\n") == 6
    assert world.people[OPERATOR].client.get("/desk/orders/slips.pdf").data.count(b"/Type /Page\n") == 8


def test_records_hold_what_is_ones_own(world):
    mine, theirs = order_of(world, state="shipped"), order_of(world, OTHER_SELLER, state="shipped")
    other_id = world.people[OTHER_SELLER].seller_id
    seller, operator = (world.people[who].client for who in (SELLER, OPERATOR))
    page = seller.get("/desk/orders/exports")
    file = seller.submit(page, "exports.csv")

    assert file.headers["Content-Disposition"].startswith('attachment; filename="lines-')
    assert (mine in file.text, theirs in file.text) == (True, False)
    assert seller.get(f"/desk/orders/exports.csv?seller={other_id}").status_code == 404
    one = operator.submit(operator.get("/desk/orders/exports"), "exports.csv", {"seller": str(other_id)})
    assert (mine in one.text, theirs in one.text) == (False, True)
    for kind in ("margin", "vat"):
        assert operator.get(f"/desk/orders/exports.csv?kind={kind}").text.count("\r\n") > 1


@pytest.mark.parametrize(
    "query",
    [
        "kind=x",
        "from=2026-02-30&until=2026-03-01",
        "from=2026-03-02",
        "from=2026-03-02&until=2026-03-01",
        "month=x",
    ],
)
def test_days_that_make_no_sense_are_asked_for_again(world, query):
    answer = world.people[OPERATOR].client.get(f"/desk/orders/exports.csv?{query}")

    assert answer.status_code == 422
    assert 'id="errors"' in answer.text


def test_full_pages_fit_the_desks_budget_and_hold_no_style(world):
    for nth in range(52):
        number = order_of(world, SELLER, OTHER_SELLER, name=f"Ines Karim {nth}")
    client = world.people[OPERATOR].client

    assert overweight(client, ["/desk/orders", f"/desk/orders/{number}", "/desk/orders/exports"]) == {}
    assert 'rel="next"' in client.get("/desk/orders").text


def test_late_is_said_where_it_is_seen(world):
    with world.app.app_context():
        offer = make_offer(seller_id=world.people[SELLER].seller_id)
        order = place_an_order(make_wish(offer), now=utcnow() - timedelta(days=20), name="Ines Karim")
        actions.mark_paid(
            order_id=order.id, amount=Money(order.total_minor, "EUR"), by=BY_OPERATOR, now=order.placed_at
        )
        number = order.number
        db.session.commit()
    client = world.people[SELLER].client

    assert "Late: promised for" in client.get("/desk/orders?needs=late").text
    assert "Late: promised for" in client.get(f"/desk/orders/{number}").text


def line_of(world: World, number: str) -> int:
    with world.app.app_context():
        return stored(world, number).parcels[0].lines[0].id


def serials_of(world: World, number: str) -> list[str]:
    with world.app.app_context():
        return [unit.serial or "" for unit in stored(world, number).parcels[0].lines[0].units]


def test_a_serial_is_typed_when_sending_and_a_doubtful_imei_asked_about_once_more(world):
    number = order_of(world, state="accepted")
    name = f"serials-{line_of(world, number)}"
    client = world.people[SELLER].client
    page = client.get(f"/desk/orders/{number}")
    wrong = client.submit(page, "/ship", {name: "serial: 1 or 2?"})
    assert (wrong.status_code, states(world, number)) == (422, ["accepted"])
    assert f'id="e-{name}"' in wrong.text
    doubtful = client.submit(
        page, "/ship", {name: "35-209900-176148-2", "tracking_url": "https://a.example/1"}
    )
    assert (doubtful.status_code, states(world, number)) == (200, ["accepted"])
    assert "352099001761482 looks like an IMEI" in doubtful.text
    done = client.submit(doubtful)
    assert (done.status_code, states(world, number)) == (303, ["shipped"])
    assert serials_of(world, number) == ["352099001761482"]


def test_a_serial_can_be_put_right_later_and_is_no_other_devices(world):
    first, second = order_of(world, state="shipped"), order_of(world, state="shipped")
    client = world.people[SELLER].client
    for number, typed, status in ((first, "c02-xk1", 303), (second, "C02XK1", 409), (second, "C02XK2", 303)):
        form = client.get(f"/desk/orders/parcels/{parcel_of(world, number)}/serials")
        answer = client.submit(form, fields={f"serials-{line_of(world, number)}": typed})
        assert answer.status_code == status
    assert [serials_of(world, number) for number in (first, second)] == [["C02XK1"], ["C02XK2"]]
    page = client.get(f"/desk/orders/{first}").text
    assert "Serial number C02XK1" in page
    assert "Serial numbers noted, the seller" in page
