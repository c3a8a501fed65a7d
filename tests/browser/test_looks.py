"""Accessibility in light and dark, valid HTML, and budgets as a real browser spends them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.conftest import DemoShop
from tests.shopper import ShopClient
from tests.walk import CUSTOMER, PUBLIC, pages, product_links

from .looking import PHONE, axe_violations, html_errors, small_targets, too_wide

pytestmark = pytest.mark.browser


def visit_all(page: Page) -> list[str]:
    """The addresses of every kind of page, with a cart that is full; the page keeps its cookies."""
    page.goto(PUBLIC["results"])
    product = page.locator("#results a[href*='/p/']").first.get_attribute("href")
    assert product
    page.goto(product)
    page.locator("form[action*='/cart/add'] button").first.click()
    page.goto("/checkout")
    return [*PUBLIC.values(), product, f"/fr{product}", "/cart", "/checkout", "/p/no-such-thing"]


def order(page: Page) -> str:
    page.goto("/checkout")
    for name in ("email", "name", "phone", "street", "postcode", "city"):
        page.locator(f"#i-{name}").fill(CUSTOMER[name])
    page.locator("input[name=payment][value=bank-transfer]").check()
    page.get_by_role("button", name="Order and pay").click()
    page.wait_for_url("**/orders/*")
    return page.url


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing(new_page, scheme, width):
    page: Page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    findings = []
    for url in [*visit_all(page), order(page)]:
        page.goto(url)
        findings += [(url, found) for found in axe_violations(page)]
    assert findings == []


def test_axe_finds_what_is_wrong(new_page):
    """The control: a checker that finds nothing here would find nothing anywhere."""
    page: Page = new_page(bypass_csp=True)
    page.goto("/legal")
    page.evaluate(
        "document.querySelector('main').innerHTML ="
        ' \'<p style="color:#eee;background:#fff">Pale</p><img src="data:,">\''
    )
    assert {"color-contrast", "image-alt"} <= {name for name, _where in axe_violations(page)}


def test_what_is_pressed_is_large_enough_for_a_thumb(new_page):
    page: Page = new_page(**PHONE)
    small = []
    for url in visit_all(page):
        page.goto(url)
        small += [(url, target) for target in small_targets(page)]
    assert small == []


def test_text_at_twice_its_size_still_fits(new_page):
    """200 % zoom of a 640 px window is a window of 320 px; the same text again, larger by the reader's own setting."""
    page: Page = new_page(viewport={"width": 640, "height": 800}, bypass_csp=True)
    wide = []
    for url in visit_all(page):
        page.goto(url)
        page.add_style_tag(content="html{font-size:200%!important}")
        wide += [(url, width) for width in too_wide(page)]
    assert wide == []


def test_every_page_is_valid_html(demo_shop: DemoShop, tmp_path: Path):
    client = demo_shop.app.test_client()
    assert isinstance(client, ShopClient)
    for number, page in enumerate(pages(client)):
        name = re.sub(r"\W+", "-", page.name)
        (tmp_path / f"{number:02d}-{name}.html").write_text(page.html, encoding="utf-8")
    assert html_errors(tmp_path) == []


def test_what_a_first_visit_costs(new_page, capsys):
    """Printed, and held to the budgets of the design: bytes on the wire, requests, elements, moved layout."""
    table = []
    warm: Page = new_page()
    urls = {**PUBLIC, "product": product_links(_html(warm, "/search?q=iphone"))[0], "cart, empty": "/cart"}
    for name, url in urls.items():
        page: Page = new_page(viewport={"width": 360, "height": 640})
        cost = _cost(page, url)
        table.append((name, cost))
    with capsys.disabled():
        print(
            f"\n{'page':20} {'HTML+CSS':>9} {'scripts':>8} {'pictures':>8} {'requests':>8} {'elements':>8} {'CLS':>6}"
        )
        for name, cost in table:
            print(
                f"{name:20} {cost['first']:9} {cost['script']:8} {cost['image']:8} {cost['requests']:8} "
                f"{cost['elements']:8} {cost['cls']:6.3f}"
            )
    over = [
        name
        for name, cost in table
        if cost["first"] > 14_000 or cost["script"] > 18_000 or cost["elements"] > 600 or cost["cls"] > 0.001
    ]
    assert over == []


def _html(page: Page, url: str) -> str:
    page.goto(url)
    return page.content()


def _cost(page: Page, url: str) -> dict[str, float]:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    cost: dict[str, float] = {"first": 0, "script": 0, "image": 0, "requests": 0}

    def finished(event: dict[str, object]) -> None:
        kind = kinds.get(str(event["requestId"]), "")
        group = {"Document": "first", "Stylesheet": "first", "Script": "script", "Image": "image"}.get(kind)
        size = event["encodedDataLength"]
        # Drawings stand in the page itself (data:) and cost no request.
        if group and isinstance(size, int | float) and size > 0:
            cost[group] += size
            cost["requests"] += 1

    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on("Network.loadingFinished", finished)
    page.add_init_script(
        "window.cls = 0; new PerformanceObserver(list => list.getEntries().forEach(e => window.cls += e.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(url, wait_until="networkidle")
    cost["elements"] = page.evaluate("document.querySelectorAll('*').length")
    cost["cls"] = page.evaluate("window.cls")
    return cost
