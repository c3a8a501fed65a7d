"""The desk's orders in a browser: a seller's phone of 320 px, with scripts and without; axe, valid HTML, sizes."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.orders import actions
from storefront.orders.rules import OPERATOR
from storefront.sellers.members import join
from tests.conftest import DemoShop
from tests.factories import make_offer, make_person, make_seller, make_wish, place_an_order

from .looking import PHONE, html_errors, look_at_all, too_wide
from .signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.browser


def paid_order(demo_shop: DemoShop, email: str, **roles) -> tuple[str, int]:
    """The number and the parcel's id of a paid order, and somebody who may deal with it: its seller, or an operator."""
    with demo_shop.app.app_context():
        person = make_person(email, password=PASSWORD, **roles)
        seller = make_seller(name=f"Atelier of {email}")
        join(person_id=person.id, seller_id=seller.id, now=utcnow())
        order = place_an_order(make_wish(make_offer(seller_id=seller.id)), now=utcnow())
        actions.mark_paid(order_id=order.id, amount=order.owed, by=OPERATOR, now=utcnow())
        db.session.commit()
        return order.number, order.parcels[0].id


@pytest.mark.parametrize("scripts", [True, False])
def test_an_order_is_accepted_and_sent_from_a_phone(new_page, demo_shop: DemoShop, scripts):
    email = f"phone-{scripts}@atelier.example".lower()
    number, _parcel = paid_order(demo_shop, email)
    page: Page = new_page(java_script_enabled=scripts, **PHONE)
    sign_in(page, email)
    page.goto("/desk")
    page.locator("a[href$='needs=accept']").click()
    page.get_by_role("button", name="Accept", exact=True).click()
    if scripts:
        # Only the row was swapped: the page still shows what was to be accepted.
        page.get_by_role("link", name="Send", exact=True).wait_for()
        assert page.evaluate("document.activeElement.textContent") == "Send", "the focus went with it"
    else:
        assert "Enjoy the silence" in page.content()
    page.goto("/desk/orders?needs=ship")
    page.get_by_role("link", name=number).click()
    page.get_by_label("Tracking link").fill("https://carrier.example/7")
    page.get_by_role("button", name="It's on its way").click()
    page.get_by_role("link", name="Follow the parcel").wait_for()
    page.get_by_label("Note").fill("two stickers inside")
    page.get_by_role("button", name="Write it down").click()
    page.locator("#log").get_by_text("two stickers inside").wait_for()
    assert too_wide(page) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_and_thumbs_find_all(new_page, demo_shop: DemoShop, tmp_path: Path, scheme, width):
    email = f"orders-{scheme}@example.com"
    number, parcel = paid_order(demo_shop, email, roles=("operator",))
    page: Page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    sign_in(page, email)
    paths = (
        "/desk/orders",
        "/desk/orders?q=nobody-of-that-name",
        f"/desk/orders/{number}",
        *(f"/desk/orders/parcels/{parcel}/{deed}" for deed in ("refund", "cancel", "ship")),
        f"/desk/orders/{number}/pay",
        "/desk/orders/exports",
        "/desk/orders/exports.csv?month=x",
    )
    assert look_at_all(page, paths, tmp_path) == []
    assert html_errors(tmp_path) == []
