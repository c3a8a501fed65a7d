"""A fleet in a browser: asked for, revised, said yes to, ordered, with scripts and without; and how its pages look."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.fleet.quotes import actions
from storefront.orders.models import ShopOrder
from tests.conftest import DemoShop
from tests.factories import make_person
from tests.fleet.pages.fleets import link_of, make_fleet, open_fleet
from tests.fleet.quotes.makers import make_firm, propose

from .looking import PHONE, html_errors, look_at_all, too_wide
from .signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.browser


def fill_in_the_firm(page: Page, email: str) -> None:
    for field, value in (
        ("name", "Menuiserie Loire"),
        ("register_number", "732 829 320"),
        ("street", "8 quai de la Fosse"),
        ("postcode", "44000"),
        ("city", "Nantes"),
        ("contact", "Zoé Vandermeersch"),
        ("email", email),
    ):
        page.locator(f"#i-{field}").fill(value)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_firm_walks_from_its_request_to_its_order(new_page, demo_shop: DemoShop, scripts):
    email = f"zoe-{scripts}@menuiserie.example".lower()
    page: Page = new_page(java_script_enabled=scripts, **({} if scripts else PHONE))
    page.goto("/business/quote")
    page.locator("#i-wanted").fill("2 smartphones\n2 laptops")
    page.get_by_role("button", name="See what you have").click()
    page.get_by_role("heading", name="This is what we understood").wait_for()
    fill_in_the_firm(page, email)
    page.get_by_role("button", name="Make my proposals").click()
    page.get_by_text("For Menuiserie Loire, from what is in stock right now").wait_for()
    quote = page.url

    page.get_by_role("link", name="Change the request").click()
    page.get_by_role("heading", name="This is what we understood").wait_for()
    page.locator("input[name='quantity-0']").fill("1")
    page.get_by_role("button", name="Propose anew").click()
    page.get_by_text("For Menuiserie Loire, from what is in stock right now").wait_for()
    assert page.url == quote
    expect(page.get_by_text("Asked for")).to_have_count(2)
    assert too_wide(page) == []

    price = page.locator(".alt .price").first.inner_text()
    page.get_by_role("button", name="Choose and hold it").first.click()
    page.get_by_text("Held for you until").wait_for()
    assert page.locator(".held .price").inner_text() == price
    page.get_by_label("Your message").fill("Could they be grey?")
    page.get_by_role("button", name="Send it").click()
    page.get_by_text("Could they be grey?").wait_for()
    page.locator("#i-purchase_order").fill("PO-4711")
    page.get_by_label("I order this for Menuiserie Loire").check()
    page.get_by_role("button", name="Order with obligation to pay").click()
    page.wait_for_url(re.compile(r"/orders/"))
    assert price in page.content()
    with demo_shop.app.app_context():
        order = db.session.scalars(select(ShopOrder).where(ShopOrder.email == email)).one()
        assert (order.firm_name, order.purchase_order) == ("Menuiserie Loire", "PO-4711")
        assert sum(line.quantity for parcel in order.parcels for line in parcel.lines) == 3
    page.goto(quote)
    page.get_by_role("link", name=f"To order {order.number}").wait_for()


def test_side_by_side_on_a_desk_and_stacked_on_a_phone(new_page, demo_shop: DemoShop):
    with demo_shop.app.app_context():
        path = link_of(make_fleet(now=utcnow()))
        db.session.commit()
    boxes = {}
    for width in (1280, 320):
        page: Page = new_page(viewport={"width": width, "height": 800})
        page.goto(path)
        found = [card.bounding_box() for card in page.locator(".alt").all()]
        boxes[width] = [box for box in found if box]
        assert too_wide(page) == []
    (left, right), (upper, lower) = boxes[1280], boxes[320]
    assert (left["y"] == right["y"], left["x"] + left["width"] < right["x"]) == (True, True)
    assert (upper["x"] == lower["x"], upper["y"] + upper["height"] <= lower["y"]) == (True, True)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_and_thumbs_find_all(new_page, demo_shop: DemoShop, tmp_path: Path, scheme, width):
    email = f"quotes-{scheme}@example.com"
    with demo_shop.app.app_context():
        make_person(email, password=PASSWORD, roles=("operator",))
        now = utcnow()
        proposed, held, over = make_fleet(now=now), open_fleet(now=now), open_fleet(now=now)
        nothing = propose(alternatives=[], now=now)
        actions.say(quote_id=held.id, side="firm", words="Grey?", now=now)
        actions.call_off(quote_id=over.id, note="The seller moves house", person_id=None, now=now)
        paths = [link_of(quote) for quote in (proposed, held, over, nothing)]
        paths += [link_of(held, "/carbon"), f"/fr{link_of(held)}"]
        number = held.number
        seller_id = held.in_force.lines[0].seller_id if held.in_force else 0
        db.session.commit()
    page: Page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    assert look_at_all(page, paths, tmp_path) == []
    sign_in(page, email)
    desk = [
        "/desk/quotes", "/desk/quotes?q=nobody", f"/desk/quotes/{number}", f"/desk/quotes/{number}/adjust",
        f"/desk/quotes/{number}/close", "/desk/quotes/discounts", f"/desk/quotes/discounts/{seller_id}",
        "/account/quotes",
    ]  # fmt: skip
    assert look_at_all(page, desk, tmp_path) == []
    assert html_errors(tmp_path) == []


def test_a_printed_quote_has_no_forms_and_all_lines(new_page, demo_shop: DemoShop):
    with demo_shop.app.app_context():
        quote = open_fleet(now=utcnow(), firm=make_firm(email="print@menuiserie.example", register_number=""))
        path = link_of(quote)
        titles = [line.title for line in quote.in_force.lines] if quote.in_force else []
        db.session.commit()
    page: Page = new_page()
    page.goto(path)
    page.emulate_media(media="print")
    assert [title for title in titles if not page.get_by_text(title).first.is_visible()] == []
    assert [form for form in page.locator("form").all() if form.is_visible()] == []
