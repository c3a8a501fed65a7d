"""A swap gets a piece of the page; everything else gets the page, and caches are told apart."""

import pytest

from tests.catalog.makers import stock

SWAP = {"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": "http://localhost/search"}


@pytest.fixture
def shop(app):
    stock(app, {}, {"grade": "fair", "price": "250"}, {"title": "Pixel 8", "brand": "Google", "price": "400"})
    return app


PATHS = ["/search", "/search?q=pixel", "/search?q=zzzzzz", "/search?grade=fair&max_price=300", "/c/smartphones",
         "/fr/search?q=iphone"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_the_piece_is_a_part_of_the_page(shop, client, path):
    page, piece = client.get(path).text, client.get(path, headers=SWAP).text
    assert piece.strip().startswith("<div id=") or "<div id=" in piece
    assert "<html" in page
    assert "<html" not in piece
    assert piece.strip() in page


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true"},
        {"HX-Request": "true", "HX-Target": "elsewhere"},
        {**SWAP, "HX-Boosted": "true"},
        {**SWAP, "HX-History-Restore-Request": "true"},
        {"HX-Request": "true", "HX-History-Restore-Request": "true"},
        {"HX-Target": "results"},
        {"HX-Request": "false", "HX-Target": "results"},
    ],
)
def test_everything_but_a_swap_gets_the_whole_page(shop, client, headers):
    client.get("/search", headers=SWAP)
    shown = client.get("/search", headers=headers).text
    assert "<html" in shown
    assert client.get("/search").text == shown
    assert client.get("/search", headers=headers).text == shown, "and from the kept pages, too"


def test_pieces_and_pages_are_kept_apart(shop, client):
    for _ in range(2):
        assert "<html" not in client.get("/search", headers=SWAP).text
        assert "<html" in client.get("/search").text
    tags = {client.get("/search", headers=headers).headers["ETag"] for headers in (SWAP, {})}
    assert len(tags) == 2


def test_pages_that_may_be_swapped_vary_by_the_headers_that_say_so(shop, client):
    for headers in (SWAP, {}):
        assert {"HX-Request", "HX-Target"} <= set(client.get("/search", headers=headers).vary)


@pytest.mark.parametrize(
    ("asked", "pushed"),
    [
        ("/search?q=&grade=fair&min_price=&max_price=&battery_min=&sort=best", "/search?grade=fair"),
        ("/search?q=iphone+13&sort=price", "/search?q=iphone+13&sort=price"),
        ("/search?q=%C3%A9cran%20%3C%22", "/search?q=%C3%A9cran+%3C%22"),
        ("/fr/search?grade=fair&grade=good", "/fr/search?grade=fair&grade=good"),
        ("/c/smartphones?sort=best", "/c/smartphones"),
        ("/search?max_price=abc", "/search"),
        ("/search?q=a%0D%0AX-Evil:%201", "/search?q=a+X-Evil%3A+1"),
    ],
)
def test_a_swap_pushes_the_address_without_empty_fields(shop, client, asked, pushed):
    for _ in range(2):
        assert client.get(asked, headers=SWAP).headers["HX-Push-Url"] == pushed
    assert "HX-Push-Url" not in client.get(asked).headers


def test_the_pushed_address_shows_the_same_results(shop, client):
    piece = client.get("/search?q=&grade=fair&sort=price&min_price=", headers=SWAP)
    assert piece.text.strip() in client.get(piece.headers["HX-Push-Url"]).text
