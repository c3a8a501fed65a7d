"""From a broken phone to its repairers: as strict visitors see it, without scripts, and by a text browser."""

import re
import subprocess
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from storefront.core.database import db
from tests.browser.looking import PHONE, html_errors, look_at_all
from tests.factories import make_repairer, make_town

pytestmark = pytest.mark.browser

HERE = "category=smartphones&fault=screen&place=Bidulville"
PATHS = (
    "/repair",
    "/fr/repair",
    "/repair?find=iphone+13",
    "/repair?find=qqzzxxqq",
    "/repair?category=smartphones",
    "/repair/advice?category=smartphones",
    f"/repair/advice?{HERE}",
    f"/repair/advice?{HERE}&model=1",
    "/fr/repair/advice?category=laptops&fault=heat&who=firm",
    f"/repair/repairers?{HERE}",
    f"/fr/repair/repairers?{HERE}",
    f"/repair/repairers?{HERE}&way=at_home&bonus=1",
    "/repair/repairers?category=tvs&fault=sound",
    "/repair/repairers?category=tvs&fault=sound&place=Qqzzxx",
)


@pytest.fixture(scope="module", autouse=True)
def network(demo_shop):
    """A town that no other test speaks of, with repairers who say their prices."""
    with demo_shop.app.app_context():
        make_town("Bidulville", lat=46.5, lon=2.5)
        for number in range(10):
            repairer = make_repairer(
                name=f"Au Tournevis {number}",
                lat=46.5 + 0.01 * number,
                lon=2.5,
                city="Bidulville",
                bonus_label=number % 2 == 0,
                prices={("smartphones", "screen"): (7_900 + 500 * number, 9_900 + 500 * number)},
            )
            for price in repairer.prices:
                price.said_on = datetime.now(UTC).date()
        db.session.commit()
        db.session.remove()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_with_the_looks_on_a_phone(new_page, scheme, tmp_path):
    page: Page = new_page(color_scheme=scheme, bypass_csp=True, **PHONE)

    assert look_at_all(page, PATHS, tmp_path) == []
    assert html_errors(tmp_path) == []


@pytest.mark.parametrize("width", [768, 1280])
def test_nothing_is_wrong_with_the_looks_where_there_is_room(new_page, width, tmp_path):
    page: Page = new_page(bypass_csp=True, viewport={"width": width, "height": 900})

    assert look_at_all(page, PATHS, tmp_path) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_the_way_from_a_name_to_a_repairer(new_page, scripts):
    page: Page = new_page(java_script_enabled=scripts, viewport={"width": 360, "height": 640})
    page.goto("/")
    page.get_by_role("link", name="Repair the one I have").click()
    page.get_by_label("What broke?").fill("iphnoe 13")
    page.get_by_role("button", name="Find it").click()
    page.locator(".tiles a").filter(has_text="iPhone 13").first.click()
    page.get_by_label(re.compile("The screen is cracked")).check()
    page.get_by_label("Where are you?").fill("Bidulville")
    page.get_by_role("button", name="What would you do?").click()
    expect(page.locator(".verdict h1")).to_have_text(re.compile(r"Mend it\.|Let this one go\."))
    page.get_by_role("link", name="Repairers near you").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Near Bidulville")
    expect(page.locator("#repairers h2")).to_have_count(8)

    page.get_by_text("Place and filters").click()
    page.get_by_label("With the repair bonus").check()
    if not scripts:
        page.get_by_role("button", name="Show these").click()
    expect(page.locator("#repairers h2")).to_have_count(5)
    assert "bonus=1" in page.url

    page.get_by_role("link", name=re.compile("Ask for a quote from Au Tournevis 0")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Au Tournevis 0")
    page.go_back()
    expect(page.locator("#repairers h2")).to_have_count(5)


def test_what_a_first_visit_costs(new_page):
    """HTML and sheets fit the first trip, and nothing moves."""
    for path in (PATHS[0], PATHS[4], PATHS[7], PATHS[9]):
        page: Page = new_page(viewport={"width": 360, "height": 640})
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[int] = []
        session.on(
            "Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"])
        )
        page.add_init_script(
            "window.cls = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.cls += e.value))"
            ".observe({type: 'layout-shift', buffered: true})"
        )
        page.goto(path, wait_until="networkidle")
        assert page.evaluate("window.cls") <= 0.001, path
        assert page.evaluate("document.querySelectorAll('*').length") <= 600, path
        # Scripts weigh 20,000 at most, and are not waited for.
        assert sum(sizes) <= 14_000 + 20_000, path


@pytest.mark.parametrize("path", [PATHS[0], PATHS[4], PATHS[7], PATHS[9]])
def test_pages_make_sense_in_a_text_browser(shop, path):
    command = ["w3m", "-dump", "-cols", "80", f"{shop.url}{path}"]
    text = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    lines = [line.strip() for line in text.splitlines() if line.strip()]

    assert len(lines) > 20
    assert not re.search(r"data:image|\{[a-z-]+:", text)
    if path == PATHS[4]:
        # Each answer on a line of its own.
        assert "( ) It got wet" in lines
