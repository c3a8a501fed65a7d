"""A search for what nobody sells names its neighbours."""

import html


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
