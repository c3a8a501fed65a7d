"""The desk's offers in a browser: a seller's phone of 320 px without scripts; axe, valid HTML, sizes."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.sellers.members import join
from tests.conftest import DemoShop
from tests.factories import make_offer, make_person, make_seller

from .looking import PHONE, faults, html_errors, look_at_all
from .signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.browser

FILE = """sku,title,category,grade,price,stock
SHELF-1,"A device with a name that is rather longer than most, and 128 GB",smartphones,good,250,4
SHELF-9,Another device 64 GB,smartphones,fair,99.90,1
SHELF-10,A third,smartphones,sparkling,1,1
"""


def offers_of(demo_shop: DemoShop, email: str, count: int) -> list[int]:
    """Offers of a seller whom this person trades for."""
    with demo_shop.app.app_context():
        person, seller = make_person(email, password=PASSWORD), make_seller(name=f"Atelier of {email}")
        join(person_id=person.id, seller_id=seller.id, now=utcnow())
        ids = [make_offer(seller_id=seller.id, sku=f"SHELF-{nth}").id for nth in range(1, count + 1)]
        db.session.commit()
        return ids


def look_at_a_file(page: Page, folder: Path) -> str:
    """Hands a file in; gives the address where it can be looked at."""
    path = folder / "offers.csv"
    path.write_text(FILE, encoding="utf-8")
    page.goto("/desk/offers/import")
    page.locator("input[type=file]").set_input_files(path)
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile(r"/desk/offers/import/.+"))
    return page.url


def look_at_a_bulk_change(page: Page) -> str:
    """Asks what a stock of 7 for what is ticked would change; gives the page as it came."""
    page.locator("input[name=set_stock]").fill("7")
    with page.expect_response("**/desk/offers/bulk") as answer:
        page.get_by_role("button", name="Look at it first").click()
    return answer.value.text()


def test_a_price_and_then_many_stocks_are_changed_from_a_phone(new_page, demo_shop: DemoShop):
    first, second = offers_of(demo_shop, "shelf@example.com", 2)
    page: Page = new_page(java_script_enabled=False, **PHONE)
    sign_in(page, "shelf@example.com")
    page.goto("/desk/offers?q=shelf-")
    page.locator(f"#price-{first}").fill("199,90")
    page.locator(f"#b-{first}").click()
    assert page.locator(f"#price-{first}").input_value() == "199.90"
    for offer in (first, second):
        page.locator(f"#o-{offer} input[name=offer]").check()
    look_at_a_bulk_change(page)
    page.get_by_role("button", name="Change all 2").click()
    page.get_by_text("2 offers were changed.").wait_for()
    assert [page.locator(f"#stock-{offer}").input_value() for offer in (first, second)] == ["7", "7"]


def test_a_row_is_saved_where_it_stands(new_page, demo_shop: DemoShop):
    (offer,) = offers_of(demo_shop, "inplace@example.com", 1)
    page: Page = new_page(**PHONE)
    sign_in(page, "inplace@example.com")
    page.goto("/desk/offers")
    page.locator(f"#stock-{offer}").fill("-1")
    page.locator(f"#b-{offer}").click()
    page.locator(f"#o-{offer} .err").wait_for()
    page.locator(f"#stock-{offer}").fill("12")
    page.locator(f"#b-{offer}").click()
    page.locator(f"#o-{offer}").get_by_text("Saved.").wait_for()
    assert page.url.endswith("/desk/offers")
    page.reload()
    assert page.locator(f"#stock-{offer}").input_value() == "12"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_thumbs_find_all(new_page, demo_shop: DemoShop, tmp_path: Path, scheme, width):
    email = f"offers-{scheme}-{width}@example.com"
    offer = offers_of(demo_shop, email, 3)[0]
    page: Page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    sign_in(page, email)
    file = look_at_a_file(page, tmp_path)
    paths = (
        "/desk/offers",
        "/desk/offers?q=nobody-sells-that",
        f"/desk/offers/{offer}",
        "/desk/offers/import",
        file,
    )
    html = tmp_path / "html"
    html.mkdir()
    findings = look_at_all(page, paths, html)
    page.goto("/desk/offers")
    page.locator("input[name=offer]").first.check()
    (html / "bulk.html").write_text(look_at_a_bulk_change(page), encoding="utf-8")
    findings += [("bulk", fault) for fault in faults(page)]
    assert findings == []
    assert html_errors(html) == []
