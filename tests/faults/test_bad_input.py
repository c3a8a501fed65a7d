"""Whatever comes in, on whichever page: a clear answer, never a 500.

The application is asked for its own list of routes, so that a page added tomorrow is mistreated as well.
"""

import itertools
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from tests.conftest import DemoShop
from tests.shopper import ShopClient, read_forms
from tests.walk import product_links, to_checkout

pytestmark = pytest.mark.fault

HUGE = "99999999999999999999"
TEXTS = [
    "", " ", "0", "-1", HUGE, "-" + HUGE, "1e9", "abc", "٣", "NaN", "Infinity", "1_000", "\0", "a\0b", "x" * 10_000,
    "😀" * 50, "שלום iPhone", "\u202eenohPi", "\ud7ff\uffff", "'; DROP TABLE offer; --", "<script>alert(1)</script>",
    "{{ 7 * 7 }}", "%s%n%d", "../../etc/passwd", "AND OR NOT (", '"""', "*" * 50, "a:b^9~2", "İ" * 20,
    "\r\nSet-Cookie: a=b",
]  # fmt: skip
QUERY_NAMES = [
    "q", "grade", "category", "brand", "storage", "colour", "min_price", "max_price", "battery_min", "sort", "page",
    "country", "payment", "offer", "line", "key", "token", "nonsense",
]  # fmt: skip


@pytest.fixture(scope="module")
def app(demo_shop: DemoShop) -> Flask:
    return demo_shop.app


@pytest.fixture
def visitor(app: Flask) -> ShopClient:
    client = app.test_client()
    assert isinstance(client, ShopClient)
    return client


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def addresses(rule: Rule, values: list[str]) -> Iterator[str]:
    """The rule's address with each of `values` in each of its places."""
    for value in values if rule.arguments else [""]:
        address = rule.rule
        for part in rule.rule.split("<")[1:]:
            placeholder = part.split(">")[0]
            is_number = placeholder.startswith("int:")
            address = address.replace(
                f"<{placeholder}>", HUGE if is_number else quote(value or "x", safe=""), 1
            )
        yield address


def answers(client: ShopClient, method: str, address: str, **options) -> None:
    """The server's own errors would be raised here: the application is in testing mode."""
    response = client.open(address, method=method, **options)
    assert response.status_code < 500, (method, address, options)


def test_no_address_breaks_a_page(app, visitor):
    for rule in rules(app, "GET"):
        for address in addresses(rule, TEXTS):
            answers(visitor, "GET", address)


def test_no_query_breaks_a_page(app, visitor):
    for rule in rules(app, "GET"):
        address = next(addresses(rule, ["smartphones"]))
        for text in TEXTS:
            answers(visitor, "GET", address, query_string=dict.fromkeys(QUERY_NAMES, text))


@pytest.mark.parametrize("name", QUERY_NAMES)
def test_no_value_of_a_filter_breaks_the_results(visitor, name):
    for text in TEXTS:
        answers(visitor, "GET", "/search", query_string={"q": "iphone", name: text})
        answers(
            visitor,
            "GET",
            "/c/smartphones",
            query_string=MultiDict([(name, text), (name, text), (name, "x")]),
        )


def test_a_page_beyond_the_last_is_said_so_clearly(visitor):
    response = visitor.get("/search", query_string={"q": "iphone", "page": HUGE})
    assert response.status_code in (200, 303, 404)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"min_price": "abc"}, {200, 422}),
        ({"min_price": "500", "max_price": "100"}, {200, 422}),
        ({"max_price": "-5"}, {200, 422}),
        ({"sort": "nonsense"}, {200, 422}),
        ({"grade": "perfect"}, {200, 422}),
        ({"battery_min": "200"}, {200, 422}),
    ],
    ids=str,
)
def test_a_filter_that_makes_no_sense_still_gives_a_page(visitor, query, status):
    response = visitor.get("/search", query_string={"q": "iphone", **query})
    assert response.status_code in status
    assert 'name="q"' in response.text


def test_what_was_typed_is_kept_and_is_only_text(visitor):
    page = visitor.get("/search", query_string={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_the_same_query_many_times_over_is_answered(visitor):
    many = "&".join(f"grade=good&brand=b{number}&q=iphone" for number in range(400))
    answers(visitor, "GET", f"/search?{many}")


@pytest.mark.parametrize("token", [None, "", "wrong", "x" * 10_000, "\0", "ImFiYyI.Z0.aa"], ids=repr)
def test_a_form_from_nowhere_changes_nothing(app, token):
    """No token, or a wrong one, and no word of where it comes from: every form is asked for once more."""
    for rule in rules(app, "POST"):
        client = app.test_client()
        address = next(addresses(rule, ["x"]))
        data = {"offer": "1", "quantity": "1"} | ({} if token is None else {"csrf_token": token})
        for headers in (
            {"Sec-Fetch-Site": ""},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "", "Origin": "null"},
        ):
            response = client.post(address, data=data, headers=headers)
            if address.startswith("/desk"):
                # Before anything is looked at, a stranger is asked to sign in: nothing tells which addresses exist.
                assert (response.status_code, response.headers["Location"]) == (303, "/sign-in")
            else:
                assert 400 <= response.status_code < 500, (address, headers)
            assert "Set-Cookie" not in response.headers or "cart_items" not in response.headers["Set-Cookie"]


def test_no_field_breaks_a_form(app, visitor):
    """Every form of the cart and the checkout, with a right token and each of its fields spoilt in turn."""
    results = visitor.get("/search?category=smartphones")
    product = visitor.get(product_links(results.text)[0])
    checkout = to_checkout(visitor)
    for page in (results, product, visitor.get("/cart"), checkout):
        for form in [form for form in read_forms(page.text) if form.method == "post"]:
            for field, text in itertools.product(form.fields, TEXTS):
                if field != "csrf_token":
                    answers(
                        visitor, "POST", form.action or page.request.path, data={**form.fields, field: text}
                    )


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text)[:20])
def test_no_body_breaks_a_form(app, visitor, text):
    for rule in rules(app, "POST"):
        address = next(addresses(rule, ["x"]))
        answers(visitor, "POST", address, data=dict.fromkeys(QUERY_NAMES, text))
        answers(
            visitor, "POST", address, data=text.encode("utf-8", "replace"), content_type="application/json"
        )


@pytest.mark.parametrize(
    "cookie",
    ["", "garbage", "a.b.c", "eyJjYXJ0IjoxfQ.Z0.x", "é".encode().decode("latin-1"), "x" * 4000],
    ids=repr,
)
def test_a_stale_or_forged_cookie_is_a_new_visitor(app, cookie):
    for path in ("/cart", "/checkout", "/"):
        client = app.test_client()
        client.set_cookie("rebelote", cookie)
        client.set_cookie("cart_items", cookie or "-1")
        answers(client, "GET", path, follow_redirects=True)


def test_a_cart_that_is_gone_is_an_empty_cart(app):
    client = app.test_client()
    with client.session_transaction() as session:
        session["cart"] = "no-such-cart"
    assert client.get("/cart").status_code == 200
    answers(client, "GET", "/checkout", follow_redirects=True)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"])
def test_no_method_breaks_a_page(app, visitor, method):
    for rule in app.url_map.iter_rules():
        answers(visitor, method, next(addresses(rule, ["smartphones"])))


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "x" * 5000},
        {"Accept-Language": "fr;q=9,en;q=abc,*;q=-1"},
        {"Accept-Encoding": "br;q=0, gzip;q=0, *;q=0"},
        {"HX-Request": "true", "HX-Target": "x" * 3000},
        {"HX-Request": "true", "HX-Target": "results\0"},
        {"If-None-Match": '"' + "x" * 3000},
        {"If-Modified-Since": "yesterday"},
        {"Range": "bytes=5-1"},
        {"Host": "evil.example"},
        {"X-Forwarded-For": "'; DROP TABLE offer"},
        {"Content-Type": "multipart/form-data"},
        {"Cookie": "=;;;=\x7f; rebelote"},
        {"Referer": "http://[::1"},
        {"Origin": "http://["},
    ],
    ids=str,
)
def test_no_header_breaks_a_page(visitor, headers):
    for path in ("/", "/search?q=iphone", "/cart"):
        answers(visitor, "GET", path, headers=headers)
    answers(visitor, "POST", "/cart/add", headers=headers, data={"offer": "1"})
