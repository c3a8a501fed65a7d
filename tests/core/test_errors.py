"""Error pages: in the reader's language, in the shop's clothes, never kept, and without what went wrong inside."""

import pytest
from flask import Response, abort
from sqlalchemy.exc import OperationalError

from storefront.core.errors import Refused


@pytest.fixture
def shop(app):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.get("/test/<int:code>")
    def fail(code: int) -> Response:
        abort(code)

    @app.get("/test/bug")
    def bug() -> Response:
        raise ZeroDivisionError("a secret of the inside")

    @app.get("/test/refused")
    def refused() -> Response:
        raise Refused("The last one went to <b>somebody</b> else.")

    @app.get("/test/busy")
    def busy() -> Response:
        raise OperationalError("SELECT secret", {}, Exception("database is locked"))

    return app


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503, 418, 501])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_error_has_a_page_of_ours(shop, client, code, language):
    page = client.get(f"/{language}/test/{code}")
    assert page.status_code == code
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert f'<html lang="{language}"' in page.text
    assert f'href="/{language}/"' in page.text
    assert str(code) in page.text


def test_a_bug_says_nothing_of_itself(shop, client):
    page = client.get("/test/bug")
    assert page.status_code == 500
    assert "secret" not in page.text
    assert "ZeroDivision" not in page.text
    assert 'href="/"' in page.text


def test_a_refusal_shows_its_sentence(shop, client):
    page = client.get("/test/refused")
    assert page.status_code == 409
    assert "The last one went to &lt;b&gt;somebody&lt;/b&gt; else." in page.text


def test_a_busy_database_asks_for_patience(shop, client):
    page = client.get("/test/busy")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "secret" not in page.text


def test_a_wrong_method_says_which_are_right(shop, client):
    page = client.post("/search", data={})
    assert page.status_code in (400, 405)
    page = client.put("/search")
    assert page.status_code == 405
    assert set(page.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/p/",
        "/p/%00",
        "/p/%ff",
        "/c/%F0%9F%93%B1",
        "/p/" + "x" * 3000,
        "/%2e%2e/etc/passwd",
        "/p/a/b",
    ],
)
def test_odd_addresses_are_not_found(shop, client, path):
    assert client.get(path).status_code == 404


def test_too_much_at_once_is_refused(shop, client):
    page = client.post("/cart/add", data={"offer": "1", "x": "y" * (3 * 1024 * 1024)})
    assert page.status_code == 413
    assert "bigger than what we take" in page.text


def test_no_error_page_needs_the_catalogue(shop, client, count_sql):
    with count_sql() as statements:
        client.get("/test/404")
    assert statements == []
