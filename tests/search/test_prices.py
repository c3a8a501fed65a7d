"""What is a price in the text of a query, and what only looks like one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Engine, Query
from search.prices import PriceWish, price_wish

from .makers import engine_with, product


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("iphone moins de 300 €", PriceWish("iphone", high="300")),
        ("iphone à moins de 300€ noir", PriceWish("iphone noir", high="300")),
        ("phone under 200", PriceWish("phone", high="200")),
        ("phone under 200 euros", PriceWish("phone", high="200")),
        ("laptop less than 499.90 eur", PriceWish("laptop", high="499.90")),
        ("Tablette jusqu’à 299,90 €", PriceWish("Tablette", high="299,90")),
        ("tablette 150 € max", PriceWish("tablette", high="150")),
        ("tablette maximum 150 euros", PriceWish("tablette", high="150")),
        ("console up to 250 black", PriceWish("console black", high="250")),
        ("pc entre 200 et 400 €", PriceWish("pc", "200", "400")),
        ("pc between 200€ and 400€ dell", PriceWish("pc dell", "200", "400")),
        ("moins de 100 €", PriceWish("", high="100")),
        ("under 5 €", PriceWish("", high="5")),
    ],
)
def test_a_price_is_taken_out_of_the_words(typed: str, wish: PriceWish) -> None:
    assert price_wish(typed) == wish


@pytest.mark.parametrize(
    "typed",
    [
        "iphone 13 pro max 256",
        "iphone 13 pro max 128 go",
        "laptop under 14 inch",
        'tv under 43"',
        "ordinateur moins de 15 pouces",
        "laptop under 20 kg",
        "moins de 128 go",
        "up to 1to",
        "jusqu'à 20 heures",
        "under 5",
        "under armour 300",
        "iphone 12",
        "iphone moins cher",
        "entre 13 et 15 pouces",
        "",
    ],
)
def test_other_numbers_stay_words(typed: str) -> None:
    assert price_wish(typed) == PriceWish(typed)


@given(st.text(st.sampled_from("under max 12€.,euros moinsdà")))
def test_nothing_but_a_price_is_lost(typed: str) -> None:
    wish = price_wish(typed)
    assert bool(wish.low or wish.high) == (wish.text != typed)
    assert set(wish.text) <= set(typed) | {" "}


@pytest.fixture
def shop(tmp_path: Path) -> Engine:
    names = ("iPhone 12", "Epson EB-300", "Galaxy S21")
    return engine_with(tmp_path, [product(id, name) for id, name in enumerate(names, start=1)])


@pytest.mark.parametrize(
    "typed", ["iphone moins de 300 €", "iphone under 300", "iphone entre 100 et 300 euros"]
)
def test_the_words_of_a_price_find_nothing_and_are_not_missed(shop: Engine, typed: str) -> None:
    results = shop.search(Query(typed))
    assert [hit.product_id for hit in results.hits] == [1]
    assert (results.corrected, results.relaxed, results.unknown) == (None, False, ())
