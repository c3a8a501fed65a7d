"""From a search to a placed order: with htmx, without scripts, on the narrowest screen, by keyboard alone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.walk import CUSTOMER

pytestmark = pytest.mark.browser

# How many offers were found, as it is read out.
COUNT = "#results [aria-live]"
NARROW = {"width": 320, "height": 568}
TYPED = ("email", "name", "phone", "street", "postcode", "city")


def search(page: Page, words: str) -> None:
    page.goto("/")
    page.get_by_role("searchbox").fill(words)
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"/search\?q="))


def first_product(page: Page) -> None:
    page.locator("#results a[href*='/p/']").first.click()
    expect(page).to_have_url(re.compile(r"/p/"))


def fill_checkout(page: Page) -> None:
    for name in TYPED:
        page.locator(f"#i-{name}").fill(CUSTOMER[name])
    page.locator("input[name=payment][value=bank-transfer]").check()


def found(page: Page) -> str:
    """How many offers were found, in words; the script empties the place for a moment, so that it is read out."""
    expect(page.locator(COUNT)).not_to_have_text("")
    return page.locator(COUNT).inner_text()


def expect_order(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/orders/[\w-]{22,}"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def no_sideways_scroll(page: Page) -> None:
    page.wait_for_load_state()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert page.viewport_size
    assert wide <= page.viewport_size["width"], f"{page.url} is {wide} px wide"


VISITS: dict[str, dict[str, Any]] = {
    "htmx": {},
    "no scripts": {"java_script_enabled": False},
    "narrow": {"viewport": NARROW, "has_touch": True, "is_mobile": True},
    "narrow, no scripts": {"viewport": NARROW, "java_script_enabled": False},
    "French": {"locale": "fr-FR"},
}


@pytest.mark.parametrize("visit", VISITS)
def test_a_phone_is_found_and_ordered(new_page, visit):
    page: Page = new_page(**VISITS[visit])
    french = visit == "French"
    page.goto("/")
    page.get_by_role("searchbox").fill("iphone")
    page.locator("form[role=search] button").click()
    no_sideways_scroll(page)
    fold = page.locator("#filters > summary")
    if fold.is_visible() and page.locator("#filters").get_attribute("open") is None:
        fold.click()
    page.locator("#filters input[name=grade][value=good]").check()
    if "no scripts" in visit:
        page.locator("#filters > button").click()
    expect(page).to_have_url(re.compile(r"grade=good"))
    expect(page.locator("#results")).to_contain_text("Bon" if french else "Good")
    no_sideways_scroll(page)
    first_product(page)
    no_sideways_scroll(page)
    page.locator("form[action*='/cart/add'] button").first.click()
    expect(page).to_have_url(re.compile(r"/cart$"))
    no_sideways_scroll(page)
    page.locator("a[href*='/checkout']").click()
    no_sideways_scroll(page)
    fill_checkout(page)
    page.get_by_role("button", name="Commander" if french else "Order and pay").click()
    expect_order(page)
    no_sideways_scroll(page)


def test_a_filter_swaps_the_results_and_nothing_else(new_page):
    page: Page = new_page(viewport={"width": 1000, "height": 700})
    search(page, "iphone")
    page.evaluate("window.untouched = true")
    box = page.locator("#filters input[name=grade][value=good]")
    box.scroll_into_view_if_needed()
    scrolled = page.evaluate("window.scrollY")
    box.focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("grade=good"))
    expect(page.locator("#filters input[name=grade][value=good]")).to_be_checked()
    assert page.evaluate("window.untouched")
    # Whoever filters by keyboard goes on where they were.
    assert page.evaluate("[document.activeElement.name, document.activeElement.value]") == ["grade", "good"]
    assert abs(page.evaluate("window.scrollY") - scrolled) < 5
    # What is there is a page: the same address, opened anew, shows the same.
    count = found(page)
    page.reload()
    expect(page.locator(COUNT)).to_have_text(count)


def test_every_active_filter_can_be_taken_away_alone(new_page):
    page: Page = new_page(viewport={"width": 1000, "height": 700})
    page.goto("/search?q=iphone&grade=good&min_price=100")
    before = found(page)
    page.locator(".pills").get_by_role("link", name=re.compile("Good")).click()
    expect(page).to_have_url(re.compile(r"^(?!.*grade=good).*min_price=100"))
    expect(page.locator(COUNT)).not_to_have_text(before)


def test_back_after_a_filter_is_the_whole_earlier_page(new_page):
    page: Page = new_page(viewport={"width": 1000, "height": 700})
    search(page, "iphone")
    earlier = found(page)
    page.locator("#filters input[name=grade][value=fair]").check()
    expect(page).to_have_url(re.compile("grade=fair"))
    first_product(page)
    page.go_back()
    expect(page).to_have_url(re.compile("grade=fair"))
    expect(page.locator("footer")).to_be_visible()
    expect(page.locator("#filters input[name=grade][value=fair]")).to_be_checked()
    page.go_back()
    expect(page).not_to_have_url(re.compile("grade=fair"))
    expect(page.locator("footer")).to_be_visible()
    expect(page.locator("header form[role=search]")).to_be_visible()
    expect(page.locator(COUNT)).to_have_text(earlier)
    expect(page.locator("#filters input[name=grade][value=fair]")).not_to_be_checked()


def test_when_the_shop_is_gone_a_filter_says_so(browser, shop):
    # A page of its own: here the console is expected to complain.
    with browser.new_context(base_url=shop.url, viewport={"width": 1000, "height": 700}) as context:
        page = context.new_page()
        search(page, "iphone")
        page.route("**/search?**", lambda route: route.abort("connectionrefused"))
        page.locator("#filters input[name=grade][value=good]").check()
        expect(page.locator("#trouble")).to_be_visible()
        expect(page.locator("#results h1")).to_be_visible()
        page.unroute_all()


def tab_to(page: Page, wanted: str, most: int = 80) -> None:
    """Press Tab until the focused element fits the CSS selector `wanted`."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            outlines = page.evaluate(
                "['', '::after'].map(part => getComputedStyle(document.activeElement, part).outlineStyle)"
            )
            assert set(outlines) != {"none"}, f"no sign of focus on {wanted}"
            return
    raise AssertionError(f"{wanted} can't be reached by Tab at {page.url}")


def test_the_whole_journey_by_keyboard_alone(new_page):
    page: Page = new_page()
    page.goto("/")
    tab_to(page, "a.skip", 1)
    tab_to(page, "input[name=q]")
    page.keyboard.type("iphone")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=iphone"))
    tab_to(page, "input[name=grade][value=good]")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("grade=good"))
    tab_to(page, "#results a[href*='/p/']", 200)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/p/"))
    tab_to(page, "form[action*='/cart/add'] button")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/cart$"))
    tab_to(page, "a[href*='/checkout']")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/checkout$"))
    for name in TYPED:
        tab_to(page, f"#i-{name}")
        page.keyboard.type(CUSTOMER[name])
    tab_to(page, "input[name=payment]")
    tab_to(page, "main form button.loud")
    page.keyboard.press("Enter")
    expect_order(page)


def test_mistakes_at_the_checkout_keep_what_was_typed(new_page):
    page: Page = new_page(java_script_enabled=False)
    search(page, "samsung")
    first_product(page)
    page.locator("form[action*='/cart/add'] button").first.click()
    page.goto("/checkout")
    fill_checkout(page)
    page.locator("#i-postcode").fill("4400")
    page.get_by_role("button", name="Order and pay").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#i-postcode")).to_have_attribute("aria-invalid", "true")
    for name in ("email", "name", "city"):
        expect(page.locator(f"#i-{name}")).to_have_value(CUSTOMER[name])
    page.locator("#i-postcode").fill(CUSTOMER["postcode"])
    page.get_by_role("button", name="Order and pay").click()
    expect_order(page)


def test_back_after_ordering_leads_to_the_order_and_not_to_a_second_one(new_page):
    page: Page = new_page()
    search(page, "galaxy")
    first_product(page)
    page.locator("form[action*='/cart/add'] button").first.click()
    page.locator("a[href*='/checkout']").click()
    fill_checkout(page)
    page.get_by_role("button", name="Order and pay").click()
    expect_order(page)
    placed = page.url
    page.go_back()
    expect(page).to_have_url(re.compile("/cart$"))
    page.locator("#cart a[href*='/orders/']").click()
    expect(page).to_have_url(placed)
