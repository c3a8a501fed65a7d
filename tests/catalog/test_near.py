"""A search for what nobody sells names its neighbours."""

import html
import re

import pytest

from .truth import shown_total


def test_a_series_goes_on_where_one_of_it_is_missing(demo_shop):
    page = html.unescape(demo_shop.app.test_client().get("/search?q=ps6").text)
    assert "“ps5” instead" in page
    assert 'href="/search?q=ps5"' in page
    assert "PlayStation 5" in page, "the nearest thing is shown, not the best of the whole shop"
    assert "Minitel" not in page
    assert "Close to it" in page


def test_something_unlike_anything_has_no_neighbours(demo_shop):
    page = html.unescape(demo_shop.app.test_client().get("/search?q=zzzzzz").text)
    assert "instead" not in page
    assert "What others are offered" in page
    assert "Close to it" not in page
    assert "newcomer on trial" not in page.lower()


def test_a_word_that_nobody_has_is_named_and_its_neighbours_shown(demo_shop):
    page = html.unescape(demo_shop.app.test_client().get("/search?q=Galaxy+S21%2B").text)
    assert "Nobody sells anything with “S21+” today, so we looked for the rest." in page
    assert "“galaxy s21” instead" in page
    assert "Not much has all these words" not in page


def test_a_neighbour_is_counted_as_following_it_shows(demo_shop):
    visitor = demo_shop.app.test_client()
    page = visitor.get("/search?q=Galaxy+S21%2B&grade=good").text
    found = re.search(r'<li><a href="([^"]+)">“galaxy s21” instead</a> \((\d+) offers?\)', page)
    assert found
    assert shown_total(visitor.get(html.unescape(found[1]))) == int(found[2])


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [
        ("telephonne+apple", "téléphone apple"),
        ("Écoutteurs+sans+fil", "écouteurs sans fil"),
        ("tout+iphoen", "tout iphone"),
    ],
)
def test_a_correction_is_said_in_the_shops_spelling_with_a_way_back(demo_shop, typed, corrected):
    visitor = demo_shop.app.test_client()
    page = html.unescape(visitor.get(f"/search?q={typed}").text)
    assert f"Results for <b>{corrected}</b>, not" in page
    assert f"<h1>Results for “{corrected}”</h1>" in page
    way_back = re.search(r'<a href="([^"]+)">Search for [^<]+ all the same</a>', page)
    assert way_back
    literal = visitor.get(html.unescape(way_back[1]))
    assert literal.status_code == 200
    assert "Results for <b>" not in literal.text


@pytest.mark.parametrize("typed", ["tout+iphone", "iphone", "quel+iphone+pour+moi", "galaxy+s22"])
def test_small_words_and_known_ones_are_left_alone(demo_shop, typed):
    page = demo_shop.app.test_client().get(f"/search?q={typed}").text
    assert "Results for <b>" not in page
    assert "Nobody sells" not in page
