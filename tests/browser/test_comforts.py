"""What the shop's own script adds to pages that work without it."""

import pytest
from playwright.sync_api import Route, expect

pytestmark = pytest.mark.browser

RESULTS = "/en/search?q=iphone+13"


def test_what_was_left_empty_does_not_stand_in_the_address(new_page):
    page = new_page(viewport={"width": 1280, "height": 800})
    page.goto(RESULTS)
    page.fill("#f-min", "100")
    page.press("#f-min", "Enter")
    page.wait_for_url("**/search?q=iphone+13&min_price=100")
    page.fill(".find input[name=q]", "laptop")
    page.press(".find input[name=q]", "Enter")
    page.wait_for_url("**/search?q=laptop")
    page.go_back()
    page.wait_for_url("**&min_price=100")
    # One who comes back can fill in what was left empty.
    expect(page.locator("#f-max")).to_be_enabled()


def test_filters_have_their_buttons_before_scripts_come_and_after(new_page):
    """On a slow line htmx comes seconds later: until then a button is the way, and to hide it then moves the page."""
    for scripts in (True, False):
        page = new_page(viewport={"width": 320, "height": 640}, java_script_enabled=scripts)
        page.goto(RESULTS)
        expect(page.get_by_role("button", name="Sort")).to_be_visible()


def test_suggestions_fail_and_come_without_a_word(new_page):
    page = new_page(expected="503 from /en/suggest")
    page.goto(RESULTS)
    page.evaluate(
        "window.said = 0; new MutationObserver(function () { window.said++; })"
        ".observe(document.querySelector('#results [aria-live]'), {childList: true, characterData: true})"
    )
    with page.expect_response("**/suggest?*"):
        page.locator(".find input[name=q]").press_sequentially("x")
    page.wait_for_timeout(400)
    assert page.evaluate("window.said") == 0

    def refuse(route: Route) -> None:
        route.fulfill(status=503, body="")

    page.route("**/suggest?*", refuse)
    with page.expect_response("**/suggest?*"):
        page.locator(".find input[name=q]").press_sequentially("y")
    page.wait_for_timeout(100)
    assert page.locator("#trouble").inner_text() == ""
