"""A word begun, and not finished."""

from pathlib import Path

import pytest

from search import Engine, Query

from .makers import engine_with, product

SHOP = [
    product(1, "Apple iPhone 12", brand="Apple"),
    product(2, "Apple iPhone 13", brand="Apple"),
    product(
        3, "Lenovo ThinkPad T14", brand="Lenovo", category="laptops", category_words="ordinateurs portables"
    ),
    product(4, "Samsung Galaxy S21", brand="Samsung", description="with a thinner frame"),
    product(5, "Samsung Galaxy A52", brand="Samsung"),
    product(6, "Galet 3000"),
    product(7, "Écouteurs sans fil"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine_with(tmp_path_factory.mktemp("index"), SHOP)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("iph", [1, 2]),
        ("IPH", [1, 2]),
        ("thinkp", [3]),
        ("lapt", [3]),  # of "laptop", which only the synonyms know
        ("apple iph", [1, 2]),
        ("samsung gal", [4, 5]),
        ("gal", [4, 5, 6]),
        ("sams", [4, 5]),  # rather begun than "sans" misspelt
        ("écout", [7]),
        ("ecout", [7]),
    ],
)
def test_the_last_word_may_be_begun(shop: Engine, typed: str, found: list[int]) -> None:
    results = shop.search(Query(typed))
    assert sorted(hit.product_id for hit in results.hits[: len(found)]) == found
    assert (results.corrected, results.unknown) == (None, ())


@pytest.mark.parametrize(
    ("typed", "begun", "completed"),
    [
        ("Sams", "Sams", ("samsung",)),
        ("écout", "écout", ("écouteurs",)),
        ("apple iph", "iph", ("iphone",)),
        ("gal", "gal", ("galaxy", "galet")),
        ("samsung", "", ()),
    ],
)
def test_what_it_was_taken_for_is_told(
    shop: Engine, typed: str, begun: str, completed: tuple[str, ...]
) -> None:
    results = shop.search(Query(typed))
    assert (results.begun, results.completed) == (begun, completed)


@pytest.mark.parametrize(
    ("typed", "unknown"),
    [
        ("ip", ("ip",)),  # too short
        ("s2", ("s2",)),  # another phone than the S21
        ("gal samsung", ("gal",)),  # what is followed by a word was meant so
        ("thinn", ("thinn",)),  # only a description has it
    ],
)
def test_nothing_else_is_taken_for_begun(shop: Engine, typed: str, unknown: tuple[str, ...]) -> None:
    assert shop.search(Query(typed)).unknown == unknown


def test_the_word_that_more_products_have_comes_first(shop: Engine) -> None:
    assert shop.search(Query("gal")).hits[-1].product_id == 6


def test_only_the_last_word_is_spared_by_the_speller(shop: Engine) -> None:
    assert shop.search(Query("iphoen thinkp")).corrected == "iphone thinkp"
    assert shop.search(Query("laptpo")).corrected == "laptop"


def test_a_word_of_the_shop_is_finished(tmp_path: Path) -> None:
    engine = engine_with(tmp_path, [product(1, "Tab"), product(2, "Tablette")])
    assert [hit.product_id for hit in engine.search(Query("tab")).hits] == [1]


def test_a_begun_word_stands_for_a_few_words_only(tmp_path: Path) -> None:
    engine = engine_with(tmp_path, [product(id, f"alpha{chr(96 + id)}") for id in range(1, 21)])
    assert engine.search(Query("alph")).total == 8
