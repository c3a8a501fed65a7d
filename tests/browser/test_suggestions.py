"""Suggestions in the box of every page: fetched when somebody is about to type, one question at a time."""

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

BOX = ".find input[name=q]"
PATHS = ["/en/", "/en/search?q=iphone+13", "/en/grades", "/en/cart"]


def options(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        "#suggestions option", "options => options.map(option => option.value)"
    )
    return found


def ready(page: Page) -> None:
    """Wait until htmx is there; Playwright's own way to wait for it is what the content security policy forbids."""
    for _ in range(100):
        if page.evaluate("!!window.htmx"):
            return
        page.wait_for_timeout(50)
    pytest.fail("htmx has not come")


def asked(page: Page) -> list[str]:
    """The addresses of all suggestions asked for from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if "/suggest?" in request.url else None)
    return found


@pytest.mark.parametrize("path", PATHS)
def test_what_is_typed_is_completed_on_every_page(new_page, path):
    page = new_page()
    page.goto(path)
    assert page.locator("datalist").count() == 0
    page.fill(BOX, "")
    with page.expect_response("**/suggest?*"):
        page.locator(BOX).press_sequentially("galaxy s2")
    expect(page.locator("#suggestions option")).not_to_have_count(0)
    assert all("Galaxy" in option for option in options(page))
    assert page.get_attribute(BOX, "list") == "suggestions"
    page.press(BOX, "Enter")
    page.wait_for_url("**/search?q=galaxy+s2")


def test_who_never_types_fetches_nothing(new_page):
    page = new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/en/", wait_until="networkidle")
    assert not [url for url in fetched if "htmx" in url]
    page.focus(BOX)
    ready(page)
    assert len([url for url in fetched if "htmx" in url]) == 1
    page.focus("main a")
    page.focus(BOX)
    assert page.locator("datalist").count() == 1
    assert not [url for url in fetched if "/suggest" in url]


COUNT = """
window.open_now = window.open_most = window.called_off = 0;
var send = XMLHttpRequest.prototype.send;
XMLHttpRequest.prototype.send = function () {
  window.open_most = Math.max(window.open_most, ++window.open_now);
  this.addEventListener("loadend", function () { window.open_now--; });
  this.addEventListener("abort", function () { window.called_off++; });
  send.apply(this, arguments);
};
"""


def test_one_question_at_a_time_and_the_last_one_counts(new_page):
    page = new_page(expected="htmx:")  # which tells the console of each question that it calls off
    page.add_init_script(COUNT)
    page.goto("/en/")
    page.focus(BOX)
    ready(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/suggest?*", hold)
    for letters in ("ip", "ad", " air"):
        page.locator(BOX).press_sequentially(letters)
        page.wait_for_timeout(400)
    held[-1].continue_()
    expect(page.locator("#suggestions option")).not_to_have_count(0)
    assert all(option.startswith("iPad Air") for option in options(page))
    assert page.evaluate("[open_now, open_most, called_off]") == [0, 1, 2], "what was overtaken is called off"


def test_one_letter_nothing_and_a_very_long_text_ask_nothing(new_page):
    page = new_page()
    page.goto("/en/")
    page.focus(BOX)
    ready(page)
    questions = asked(page)
    with page.expect_response("**/suggest?*"):
        page.locator(BOX).press_sequentially("ip")
    expect(page.locator("#suggestions option")).not_to_have_count(0)
    for text in ("i", "", "  ", "x" * 10_000):
        page.fill(BOX, text)
        page.wait_for_timeout(250)
        assert options(page) == []
    assert len(questions) == 1


def test_who_saves_data_is_asked_nothing(new_page):
    page = new_page()
    page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    for path in PATHS[:2]:
        page.goto(path)
        questions = asked(page)
        page.fill(BOX, "")
        page.locator(BOX).press_sequentially("iphone")
        page.wait_for_timeout(400)
        assert questions == []
        assert page.locator("datalist").count() == 0
    page.press(BOX, "Enter")
    page.wait_for_url("**/search?q=iphone")


def test_what_was_typed_before_the_script_came_is_completed(new_page):
    page = new_page()

    def late(route: Route) -> None:
        page.wait_for_timeout(500)
        route.continue_()

    page.route("**/htmx*.js", late)
    page.goto("/en/")
    with page.expect_response("**/suggest?*"):
        page.locator(BOX).press_sequentially("thinkpad")
    expect(page.locator("#suggestions option")).not_to_have_count(0)


def test_where_lists_of_options_are_unknown_there_is_a_plain_search(new_page):
    page = new_page()
    page.add_init_script(
        "Object.defineProperty(HTMLDataListElement.prototype, 'options', {value: undefined})"
    )
    page.goto("/en/")
    questions = asked(page)
    page.locator(BOX).press_sequentially("iphone")
    page.wait_for_timeout(300)
    assert questions == []
    page.press(BOX, "Enter")
    page.wait_for_url("**/search?q=iphone")
