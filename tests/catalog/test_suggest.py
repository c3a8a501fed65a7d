"""`/suggest`: options under the box for htmx, the plain search for everybody else."""

import re

import pytest

HTMX = {"HX-Request": "true", "HX-Target": "suggestions"}


@pytest.fixture(scope="module")
def visitor(demo_shop):
    return demo_shop.app.test_client()


@pytest.mark.parametrize(
    ("typed", "first"),
    [("iphone 13", "iPhone 13"), ("IPHONE13 m", "iPhone 13 mini"), ("wh-10", "Sony WH-1000XM")],
)
def test_what_is_typed_is_completed(visitor, typed, first):
    answer = visitor.get("/suggest", query_string={"q": typed}, headers=HTMX)
    options = re.findall(r'<option value="([^"]+)">', answer.text)
    assert 1 <= len(options) <= 6
    assert any(option.startswith(first) for option in options)
    assert typed.casefold() not in [option.casefold() for option in options]
    assert len(answer.data) < 1000
    assert "<html" not in answer.text


@pytest.mark.parametrize("typed", ["", "zzzz", '"><script>', "x" * 5000, "\x00", "%%"])
def test_what_begins_nothing_gets_nothing(visitor, typed):
    answer = visitor.get("/suggest", query_string={"q": typed}, headers=HTMX)
    assert (answer.status_code, answer.text.strip()) == (200, "")


def test_without_htmx_it_is_the_search(visitor):
    answer = visitor.get("/suggest?q=iphone+13")
    assert (answer.status_code, answer.location) == (303, "/search?q=iphone+13")


def test_the_answer_may_be_kept_for_a_while_and_apart_from_pages(visitor):
    answer = visitor.get("/suggest?q=ipho", headers=HTMX)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert {"HX-Request", "HX-Target"} <= set(answer.vary)
    assert "Set-Cookie" not in answer.headers


def test_the_box_asks_only_where_htmx_is_loaded_anyway(visitor):
    with_htmx, without = visitor.get("/search?q=iphone").text, visitor.get("/").text
    form = re.search(r'<form class="find"[^>]*>', with_htmx)
    assert form is not None
    assert 'data-hx-sync="this:replace"' in form.group()
    assert 'list="suggestions"' in with_htmx
    assert '<datalist id="suggestions">' in with_htmx
    assert "suggest" not in without
