"""A POST must come from our own pages; who says nothing is asked once more, and loses nothing that was typed."""

import pytest
from flask import Response, request

from storefront.core.csrf import ELSEWHERE, HERE, UNKNOWN, csrf, origin, public_form
from tests.shopper import read_forms

OWN, OTHER = "http://localhost", "http://evil.example"

# (Sec-Fetch-Site, Origin, Referer) -> where it comes from
ORIGINS = [
    ("same-origin", None, None, HERE),
    ("same-origin", OTHER, OTHER, HERE),
    ("none", None, None, HERE),
    ("cross-site", None, None, ELSEWHERE),
    ("cross-site", OTHER, None, ELSEWHERE),
    ("cross-site", "null", None, ELSEWHERE),
    ("cross-site", OWN, None, ELSEWHERE),
    ("same-site", None, None, ELSEWHERE),
    ("same-site", "http://other.localhost", None, ELSEWHERE),
    (None, OWN, None, HERE),
    (None, OTHER, None, ELSEWHERE),
    (None, OTHER, OWN + "/cart", ELSEWHERE),
    (None, "null", None, ELSEWHERE),
    (None, "null", OWN + "/", ELSEWHERE),
    (None, None, OWN + "/p/iphone?grade=good", HERE),
    (None, None, OTHER + "/?u=" + OWN, ELSEWHERE),
    (None, None, "http://localhost.evil.example/", ELSEWHERE),
    (None, None, "http://localhost@evil.example/", ELSEWHERE),
    (None, "http://localhost:8080", None, ELSEWHERE),
    (None, "not an address", None, ELSEWHERE),
    (None, "http://[broken", None, ELSEWHERE),
    (None, "", "", UNKNOWN),
    (None, None, None, UNKNOWN),
]


@pytest.mark.parametrize(("site", "named", "referer", "expected"), ORIGINS)
def test_where_a_request_comes_from(app, site, named, referer, expected):
    headers = {"Sec-Fetch-Site": site, "Origin": named, "Referer": referer}
    given = {name: value for name, value in headers.items() if value is not None}
    with app.test_request_context("/cart/add", method="POST", headers=given):
        assert origin() == expected


@pytest.fixture
def shop(app):
    """With two forms that say back what they were sent: one for pages with a session, one for public pages."""

    def said() -> str:
        return " ".join(
            f"{name}={value}" for name, value in request.form.items(multi=True) if name != "csrf_token"
        )

    @app.post("/test/private")
    def private() -> Response:
        return Response("done " + said())

    @app.post("/test/public")
    @public_form
    def public() -> Response:
        return Response("done " + said())

    @app.post("/test/webhook")
    @csrf.exempt
    def webhook() -> Response:
        return Response("done")

    return app


QUIET = {"Sec-Fetch-Site": ""}
TYPED = {"name": "Zoë <b>", "grade": ["good", "fair"], "offer": "7"}


def test_a_public_form_of_ours_needs_no_token(shop, client):
    assert client.post("/test/public", data=TYPED).text == "done name=Zoë <b> grade=good grade=fair offer=7"


@pytest.mark.parametrize("path", ["/test/public", "/test/private", "/fr/test/public", "/fr/test/private"])
def test_who_says_nothing_is_asked_again_with_all_that_was_typed(shop, client, path):
    asked = client.post(path, data=TYPED, headers=QUIET)
    assert asked.status_code == 400
    assert asked.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in asked.headers
    form = read_forms(asked.text)[-1]
    assert form.action == path
    assert form.fields.pop("csrf_token")
    assert form.fields == TYPED
    again = client.submit(asked, "/test/", headers=QUIET)
    assert again.text == "done name=Zoë <b> grade=good grade=fair offer=7"


def test_no_password_is_written_into_the_page(shop, client):
    data = {"email": "zoe@example.com", "password": "four words in", "current": "a row"}
    asked = client.post("/test/private", data=data, headers=QUIET)
    assert "four words in" not in asked.text
    assert "a row" not in asked.text
    assert client.submit(asked, "/test/", headers=QUIET).text == "done email=zoe@example.com"


def test_a_token_of_somebody_else_does_not_hold(shop, client):
    token = read_forms(client.post("/test/private", headers=QUIET).text)[-1].fields["csrf_token"]
    stranger = shop.test_client()
    for path in ("/test/private", "/test/public"):
        data = {"csrf_token": token, "x": "1"}
        assert stranger.post(path, data=data, headers=QUIET).status_code == 400
        assert client.post(path, data=data, headers=QUIET).text == "done x=1"


@pytest.mark.parametrize("token", ["", "x", "\0", "é" * 500, "IjEi.aaaa.bbbb"])
def test_a_wrong_or_ended_token_asks_again(shop, client, token):
    asked = client.post("/test/private", data={"csrf_token": token, "name": "Zoë"})
    assert asked.status_code == 400
    assert client.submit(asked, "/test/").text == "done name=Zoë"


@pytest.mark.parametrize(
    "path", ["/test/private", "/test/public", "/test/webhook", "/cart/add", "/cart/change"]
)
@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site", "Origin": OTHER}, {"Sec-Fetch-Site": "", "Origin": OTHER}],
)
def test_a_form_of_another_site_is_refused_outright(shop, client, path, headers):
    """Not even asked again: one press on a page that a stranger filled in would do what they want."""
    token = read_forms(client.post("/test/private").text)[-1].fields["csrf_token"]
    for data in (TYPED, TYPED | {"csrf_token": token}):
        refused = client.post(path, data=data, headers=headers)
        assert refused.status_code == 400
        assert "csrf_token" not in refused.text
        assert "Zoë" not in refused.text


def test_machines_that_name_no_origin_reach_what_proves_them_otherwise(shop, client):
    assert client.post("/test/webhook", headers=QUIET).text == "done"


def test_a_flood_of_fields_is_not_sent_back(shop, client):
    flood = {"f0": "x" * 21_000} | {f"f{number}": "x" for number in range(1, 800)}
    asked = client.post("/test/private", data=flood, headers=QUIET)
    assert asked.status_code == 400
    fields = read_forms(asked.text)[-1].fields
    assert len(fields) == 701
    assert max(len(value) for name, value in fields.items() if name != "csrf_token") == 20_000


def test_looking_is_free_from_everywhere(shop, client):
    headers = {"Sec-Fetch-Site": "cross-site", "Referer": OTHER}
    assert client.get("/", headers=headers).status_code == 200
