"""What is offered to somebody who is typing."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import Engine
from search.suggesting import LONGEST_SUGGESTED, Suggester

from .makers import engine_with, offer, product

PHONES = (
    "iPhone 13",
    "iPhone 13 mini",
    "iPhone 12",
    "Galaxy S21+",
    "WH-1000XM4",
    "Écouteurs Bose",
    "iPad Air",
)
CARDS = (9, 3, 5, 4, 2, 1, 0)


def suggested(text: str, names: Sequence[str] = PHONES, cards: Sequence[int] = CARDS) -> list[str]:
    return list(Suggester(names, {}).suggest(text, np.array(cards), 4))


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("i", ["iPhone 13", "iPhone 12", "iPhone 13 mini"]),
        ("IPH", ["iPhone 13", "iPhone 12", "iPhone 13 mini"]),
        ("iphone 13", ["iPhone 13", "iPhone 13 mini"]),
        ("13 iph", ["iPhone 13", "iPhone 13 mini"]),
        ("iphone13", ["iPhone 13", "iPhone 13 mini"]),
        ("iphone 13 m", ["iPhone 13 mini"]),
        ("gal s2", ["Galaxy S21+"]),
        ("s21+", ["Galaxy S21+"]),
        ("wh1000", ["WH-1000XM4"]),
        ("wh-1000", ["WH-1000XM4"]),
        ("ecout", ["Écouteurs Bose"]),
        ("écout", ["Écouteurs Bose"]),
        ("ipad", []),  # not in stock
        ("nokia", []),
        ("", []),
        ("?!*", []),
        ("iphone " * 1000, ["iPhone 13", "iPhone 12", "iPhone 13 mini"]),
    ],
)
def test_names_by_their_beginnings(typed: str, names: list[str]) -> None:
    assert suggested(typed) == names


def test_words_come_as_they_are_most_often_written() -> None:
    vocabulary = {"ecran": 2, "écran": 5, "ecrans": 1, "pour": 9, "poussette": 1}
    suggester = Suggester(PHONES, vocabulary)
    assert suggester.suggest("ecr", np.array(CARDS), 4) == ("écran", "ecrans")
    assert suggester.suggest("pou", np.array(CARDS), 4) == ("poussette",), "no function words"


@given(st.text(max_size=30), st.integers(0, 5))
def test_any_text_gets_at_most_so_many(text: str, limit: int) -> None:
    found = Suggester(PHONES, {"iphone": 3, "écran": 1}).suggest(text, np.array(CARDS), limit)
    assert len(found) == len(set(found)) <= limit


@given(st.lists(st.text("ab é1", max_size=300), max_size=8, unique=True))
def test_no_suggestion_is_longer_than_a_box_is_wide(names: list[str]) -> None:
    found = Suggester(names, {}).suggest("a", np.ones(len(names), np.int64), 6)
    assert all(len(name.encode()) <= LONGEST_SUGGESTED for name in found)


def test_a_long_title_gives_way_to_the_others() -> None:
    names = ("Apple " + "x" * 95, "Apple iPhone 12")
    assert suggested("app", names, (9, 1)) == ["Apple iPhone 12"]


@given(
    st.lists(st.text("ab1 ", max_size=6), max_size=12, unique=True), st.text("ab1", min_size=1, max_size=3)
)
def test_one_word_finds_every_name_with_a_word_that_begins_so(names: list[str], typed: str) -> None:
    found = Suggester(names, {}).suggest(typed, np.ones(len(names), np.int64), 100)
    expected = {
        name
        for name in names
        for words in [name.split()]
        if any("".join(words[place:]).startswith(typed) for place in range(len(words)))
        or any(word.startswith(typed) for word in words)
    }
    assert set(found) == expected


@pytest.fixture
def shop(tmp_path: Path) -> Engine:
    documents = [
        product(1, "Apple iPhone 12 128 Go", model="iPhone 12", brand="Apple", category_words="téléphones"),
        product(2, "Apple iPhone 12 64 Go", model="iPhone 12", brand="Apple"),
        product(3, "Minitel 1B"),
    ]
    return engine_with(tmp_path, documents)


def test_a_model_comes_once_and_a_product_without_one_by_its_title(shop: Engine) -> None:
    assert shop.suggest("ipho") == ("iPhone 12",)
    assert shop.suggest("mini", limit=1) == ("Minitel 1B",)


def test_words_of_the_shop_complete_what_no_name_does(shop: Engine) -> None:
    assert shop.suggest("telep") == shop.suggest("télép") == ("téléphones",)
    assert shop.suggest("te") == (), "two letters begin too many words"


def test_what_is_sold_out_or_gone_is_not_suggested(shop: Engine) -> None:
    shop.replace_offers([3], [])
    assert "Minitel 1B" not in shop.suggest("minit")
    shop.replace_offers([3], [offer(30, 3)])
    assert "Minitel 1B" in shop.suggest("minit")
    shop.remove_documents([3])
    assert "Minitel 1B" not in shop.suggest("minit")


def test_a_new_name_is_suggested_at_once(shop: Engine) -> None:
    shop.put_documents([product(4, "x", model="Pixel 9")])
    assert shop.suggest("pix") == ()
    shop.replace_offers([4], [offer(4, 4)])
    assert shop.suggest("pix") == ("Pixel 9",)
