"""A search for what nobody sells names its neighbours."""

import html
import re

import pytest

from ..shopper import read_forms
from .truth import shown_cards


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


def neighbours(page: str) -> list[tuple[str, str, int]]:
    """(text, address, count) of each, as shown."""
    found = re.findall(r'<a class="tall" href="([^"]+)">“([^<]+)” instead</a> \((\d+) cards?\)', page)
    return [(text, html.unescape(url), int(count)) for url, text, count in found]


@pytest.mark.parametrize("filters", ["", "&grade=good"])
@pytest.mark.parametrize("typed", ["galaxy+a52", "Galaxy+S21%2B"])
def test_neighbours_are_counted_by_the_cards_that_are_one_and_those_stand_first(demo_shop, typed, filters):
    visitor = demo_shop.app.test_client()
    shown = neighbours(visitor.get(f"/search?q={typed}{filters}").text)
    assert shown
    for text, url, count in shown:
        page = visitor.get(url)
        models = [re.sub(r"\W+", " ", card.slug) for card in shown_cards(page)]
        those = [all(word in slug.split() for word in text.split()) for slug in models]
        assert sum(those) == count or len(those) < count
        assert all(those[:count])


def test_the_nearest_stands_first(demo_shop):
    shown = neighbours(demo_shop.app.test_client().get("/search?q=galaxy+a52").text)
    numbers = [int(re.sub(r"\D", "", text)) for text, _, _ in shown]
    assert numbers == sorted(numbers, key=lambda number: (abs(number - 52), number))


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
    assert page.count("Results for") == 2, "the title and the heading"
    way_back = re.search(r'<a class="tall" href="([^"]+)">Search for [^<]+ all the same</a>', page)
    assert way_back
    literal = visitor.get(html.unescape(way_back[1]))
    assert literal.status_code == 200
    assert "Results for <b>" not in literal.text


@pytest.mark.parametrize("typed", ["tout+iphone", "iphone", "quel+iphone+pour+moi", "galaxy+s22"])
def test_small_words_and_known_ones_are_left_alone(demo_shop, typed):
    page = demo_shop.app.test_client().get(f"/search?q={typed}").text
    assert "Results for <b>" not in page
    assert "Nobody sells" not in page


def test_what_was_typed_stays_what_is_searched_through_sorting_and_filtering(demo_shop):
    visitor = demo_shop.app.test_client()
    literal = visitor.get("/search?q=iphoen+apple&literal=1")
    form = next(form for form in read_forms(literal.text) if "sort" in form.fields)
    assert form.fields["q"] == "iphoen apple"
    for more in ({"sort": "price"}, {"grade": "good"}):
        page = visitor.get(form.action, query_string={**form.fields, **more})
        assert page.status_code == 200
        assert "Results for <b>" not in page.text
        clear = re.search(r'href="([^"]+)">Clear all', page.text)
        if clear:
            assert "literal=1" in clear[1]
