"""What holds for every page of the shop: budgets, headers, no inline code, nothing from elsewhere."""

import gzip
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from storefront.catalog.finder import current_finder

from .conftest import DemoShop
from .shopper import ShopClient
from .walk import PUBLIC, Page, pages, product_links

# Bytes on the wire, compressed, headers included: HTML and CSS come with the first round trip of a TCP connection.
HTML_BUDGET, CSS_BUDGET, FIRST_TRIP, SCRIPT_BUDGET = 10_000, 5_000, 14_000, 18_000
# The sheet that a room adds to the shop's; both fit the first trip with the page.
ROOM_CSS_BUDGET = 1_600
OWN_SHEETS = {"repair": "repair", "firms": "fleet"}
# What the slowest phones lay out without a stutter (EcoIndex).
MOST_ELEMENTS = 600


@pytest.fixture(scope="module")
def visitor(demo_shop: DemoShop) -> ShopClient:
    # As the periodic work does: a day may have begun since the shop was loaded, and changes the newcomers' turns.
    with demo_shop.app.app_context():
        current_finder().follow()
    client = demo_shop.app.test_client()
    assert isinstance(client, ShopClient)
    return client


@pytest.fixture(scope="module")
def walk(visitor: ShopClient) -> dict[str, Page]:
    return {page.name: page for page in pages(visitor)}


NAMES = [
    *PUBLIC, "product", "product, French",
    "repair, advice", "repair, repairers", "repair, repairers, French", "firms, request",
    "firms, request, French", "cart, empty", "cart", "checkout",
    "checkout, French", "checkout, mistakes", "order", "order, French", "not found",
]  # fmt: skip


@pytest.fixture(params=NAMES)
def page(request: pytest.FixtureRequest, walk: dict[str, Page]) -> Page:
    return walk[request.param]


def test_the_walk_sees_every_page(walk):
    assert sorted(walk) == sorted(NAMES)
    assert {
        name: page.response.status_code for name, page in walk.items() if page.response.status_code != 200
    } == {
        "not found": 404,
        "checkout, mistakes": 422,
    }


def head_bytes(response) -> int:
    return sum(len(f"{name}: {value}\r\n".encode()) for name, value in response.headers) + 25


def over_the_wire(visitor: ShopClient, url: str) -> int:
    with visitor.get(url, headers={"Accept-Encoding": "gzip"}) as response:
        assert response.status_code == 200, url
        return len(response.data) + head_bytes(response)


def own(url: str) -> bool:
    return urlsplit(url).netloc in ("", "localhost", "127.0.0.1:5000")


def test_a_page_fits_its_budget(page, visitor):
    outline = page.outline
    html = len(gzip.compress(page.html.encode(), 6)) + head_bytes(page.response)
    sheets = [
        over_the_wire(visitor, link["href"])
        for link in outline.all("link")
        if link.get("rel") == "stylesheet"
    ]
    css = sum(sheets)
    scripts = sum(
        over_the_wire(visitor, script["src"]) for script in outline.all("script") if script.get("src")
    )
    spent = {
        "html": html,
        "css": sheets[0],
        "room's css": css - sheets[0],
        "first trip": html + css,
        "scripts": scripts,
        "elements": len(outline.elements),
    }
    budget = {
        "html": HTML_BUDGET,
        "css": CSS_BUDGET,
        "room's css": ROOM_CSS_BUDGET,
        "first trip": FIRST_TRIP,
        "scripts": SCRIPT_BUDGET,
        "elements": MOST_ELEMENTS,
    }
    assert {name: value for name, value in spent.items() if value > budget[name]} == {}


def test_nothing_holds_up_the_page_but_one_stylesheet_and_its_rooms_own(page):
    outline = page.outline
    sheets = [link["href"] for link in outline.all("link") if link.get("rel") == "stylesheet"]
    own = [sheet for room, sheet in OWN_SHEETS.items() if page.name.startswith(room)]
    assert [re.sub(r".*/|\..*", "", sheet) for sheet in sheets] == ["site", *own]
    assert [script for script in outline.all("script") if script.get("src") and "defer" not in script] == []


def test_nothing_comes_from_elsewhere(page):
    loaded = [
        attributes.get("src") or attributes.get("href", "")
        for tag, attributes in page.outline.elements
        if tag in ("script", "img", "iframe", "source", "video", "audio", "object", "embed")
        or (tag == "link" and attributes.get("rel") in ("stylesheet", "icon", "preload", "manifest"))
    ]
    assert [url for url in loaded if url and not url.startswith("data:image/") and not own(url)] == []


def test_no_code_or_style_stands_in_the_page(page):
    inline = [
        (tag, name)
        for tag, attributes in page.outline.elements
        for name in attributes
        if name == "style" or name.startswith(("on", "hx-on", "data-hx-on"))
    ]
    inline += [
        (tag, "content")
        for tag, attributes in page.outline.elements
        if tag == "style"
        or (tag == "script" and "src" not in attributes and "json" not in attributes.get("type", ""))
    ]
    assert inline == []


def test_every_htmx_element_is_a_link_or_form_underneath(page):
    for tag, attributes in page.outline.elements:
        if any(name.startswith(("data-hx-get", "data-hx-post")) for name in attributes):
            assert attributes.get("href") or attributes.get("action") or attributes.get("formaction"), (
                tag,
                attributes,
            )
        assert not any(name.startswith("hx-") for name in attributes), "data-hx-* keeps the HTML valid"


def test_security_headers_stand_on_every_page(page):
    headers = page.response.headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")


def test_pages_say_their_language_and_speak_no_other_kept_page(page):
    language = next(page.outline.all("html"))["lang"]
    assert language == ("fr" if "French" in page.name else "en")
    if page.response.request.method == "GET":
        assert "Accept-Encoding" in page.response.headers["Vary"]
    assert "HX-Request" in page.response.headers["Vary"]


def test_pages_for_everybody_can_be_kept_and_others_not(page):
    for_everybody = page.name in PUBLIC or page.name.startswith("product")
    cache = page.response.headers["Cache-Control"]
    if for_everybody:
        assert cache.startswith("public")
        assert page.response.headers["ETag"]
        assert "Set-Cookie" not in page.response.headers
    else:
        assert "no-store" in cache


def test_a_page_that_has_not_changed_is_not_sent_again(visitor):
    for url in PUBLIC.values():
        first = visitor.get(url)
        again = visitor.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_static_files_are_named_by_content_and_kept_for_ever(walk, visitor):
    outline = walk["results"].outline
    files = [link["href"] for link in outline.all("link") if link.get("rel") in ("stylesheet", "icon")]
    files += [script["src"] for script in outline.all("script") if script.get("src")]
    assert len(files) >= 3
    for file in files:
        assert re.search(r"\.[0-9a-f]{8,}\.\w+$", file)
        with visitor.get(file) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


FORBIDDEN = re.compile(
    r"\b(like new|as new|remis à neuf|comme neu(f|ve)s?|état neuf|carbon neutral|neutre en carbone|black friday)\b",
    re.IGNORECASE,
)


def test_no_page_calls_a_refurbished_device_new_or_shouts(page):
    # Decree 2022-190 forbids "à l'état neuf", "comme neuf" and "remis à neuf" for second-hand goods.
    assert FORBIDDEN.findall(page.html) == []


def test_a_product_says_one_number_to_machines(walk):
    numbers = re.findall(
        r'itemprop="sku" content="([^"]+)"', walk["product"].html.partition('class="related"')[0]
    )
    assert len(numbers) == 2, "the product's and its featured offer's"
    assert len(set(numbers)) == 1


def test_the_home_page_fills_two_rows_of_four(walk):
    assert walk["home"].html.count('class="card"') == 8


def test_a_saving_says_what_it_is_measured_against(walk):
    said = re.findall(r'class="save">([^<]*)<', walk["results"].html)
    assert said
    for words in said:
        assert re.fullmatch(r"€[\d,.]+ less than at launch \(20\d\d\)", words.strip()), words


def swaps(outline) -> Iterator[tuple[str, str]]:
    """The address and target of everything that htmx may swap in by GET."""
    for _tag, attributes in outline.elements:
        if "data-hx-get" in attributes and attributes.get("data-hx-target", "").startswith("#"):
            yield attributes["data-hx-get"], attributes["data-hx-target"][1:]


def test_a_piece_that_htmx_swaps_is_a_part_of_its_page(visitor):
    for url in [
        PUBLIC["results"],
        PUBLIC["results, filtered"],
        PUBLIC["results, nothing"],
        PUBLIC["category"],
    ]:
        whole = visitor.get(url).text
        # What is suggested while one types is nothing of this page.
        targets = [target for _url, target in swaps(Page("", visitor.get(url), whole).outline)]
        target = next(target for target in targets if target != "suggestions")
        piece = visitor.get(url, headers={"HX-Request": "true", "HX-Target": target}).text
        assert "<html" in whole
        assert "<html" not in piece
        assert piece.strip() in whole
        restored = visitor.get(
            url, headers={"HX-Request": "true", "HX-Target": target, "HX-History-Restore-Request": "true"}
        )
        assert restored.text == whole


def test_the_first_results_lead_to_products_that_can_be_bought(visitor, walk):
    for link in product_links(walk["results"].html)[:3]:
        product = visitor.get(link)
        assert product.status_code == 200
        assert any(
            "/cart/add" in form.get("action", "")
            for form in Page("", product, product.text).outline.all("form")
        )
