"""`/suggest`: options under the box for htmx, the plain search for everybody else."""

import re

import pytest

from storefront.core.database import db

from .makers import load

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


@pytest.mark.parametrize("path", ["/", "/search?q=iphone", "/grades", "/cart", "/fr/"])
def test_every_page_says_where_its_box_finds_suggestions(visitor, path):
    page = visitor.get(path).text
    form = re.search(r'<form class="find"[^>]*>', page)
    assert form is not None
    assert f'data-suggest="{"/fr" if path == "/fr/" else ""}/suggest"' in form.group()
    script = re.search(r'data-htmx="(/static/[^"]+)"', form.group())
    assert script is not None
    with visitor.get(script[1]) as file:
        assert file.status_code == 200
    assert '<meta name="htmx-config"' in page
    assert f'<script src="{script[1]}"' not in page or "search" in path, "htmx comes only where it is needed"
    assert "datalist" not in page


@pytest.mark.parametrize("typed", ["i", "ip", "iphone", "s", "ga", "s2", "montre", "1", "é", "Écou", "pro"])
def test_an_answer_is_under_a_kilobyte_with_all_that_travels_with_it(visitor, typed):
    answer = visitor.get(
        "/suggest", query_string={"q": typed}, headers={**HTMX, "Accept-Encoding": "gzip, br"}
    )
    head = sum(len(f"{name}: {value}\r\n") for name, value in answer.headers)
    assert len(answer.data) + head < 1000


NASTY = {
    "quotes": '"' * 80,
    "ampersands": "&" * 80,
    "tags": "<b>" * 26,
    "wide": "電話機中古品超特価限定",
    "emoji": "📱🔋💾🎧",
    "mixed": """"'&<>é電""" * 9,
}


@pytest.mark.parametrize("kind", NASTY)
def test_the_nastiest_names_make_an_answer_of_under_a_kilobyte_even_unpacked(app, kind):
    with app.app_context():
        load(*({"title": f"Zorg {number} {NASTY[kind]}"} for number in range(8)))
        db.session.remove()
    answer = app.test_client().get("/suggest?q=zorg", headers=HTMX)
    assert answer.status_code == 200
    assert "Zorg" in answer.text, "some are suggested all the same"
    assert len(answer.data) < 1000
