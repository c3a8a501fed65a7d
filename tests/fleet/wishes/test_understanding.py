"""Lines as people write them against the demo shop's catalogue: what is understood of each."""

import time
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from storefront.fleet.wishes.queries import vocabulary
from storefront.fleet.wishes.understanding import Understood, Vocabulary, separate, understood
from tests.conftest import DemoShop

from .lines import LINES

TODAY = date(2026, 11, 23)
# So many of the lines must be read right in all they say, and so many must name the right device or kind of it.
FLOOR, DEVICE_FLOOR = 0.95, 0.97
NOTHING_MORE: dict[str, Any] = {
    "spare": 0, "model": None, "words": set(), "storage": None, "grade": "fair", "battery": None, "budget": None,
    "uniformity": "model", "wanted_on": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def words(demo_shop: DemoShop) -> Vocabulary:
    with demo_shop.app.app_context():
        return vocabulary()


def read(text: str, words: Vocabulary) -> Understood:
    return understood(text, words, today=TODAY, currency="EUR")


def told(text: str, words: Vocabulary) -> dict[str, Any]:
    """What was understood, in the terms of the table."""
    found = read(text, words)
    wish = found.wish
    names = {name.model.id: name.model.name for name in words.names.names}
    return {
        "quantity": wish.quantity, "spare": wish.spare, "model": names.get(wish.model_id or 0),
        "category": wish.category, "words": set(found.phrases), "storage": wish.storage_gb,
        "grade": wish.grade, "battery": wish.battery, "budget": wish.budget, "uniformity": wish.uniformity,
        "wanted_on": wish.wanted_on.isoformat() if wish.wanted_on else None,
    }  # fmt: skip


def expected(said: Mapping[str, Any]) -> dict[str, Any]:
    # A model says what kind of device it is.
    return {**NOTHING_MORE, **({} if "model" in said else {"category": None}), **said}


def test_most_lines_are_read_right(words):
    wrong = {}
    for text, said in LINES:
        want, got = expected(said), told(text, words)
        differs = {name: (got[name], value) for name, value in want.items() if got[name] != value}
        if differs:
            wrong[text] = differs
    assert len(LINES) >= 60
    assert len(wrong) <= (1 - FLOOR) * len(LINES), wrong
    device = {text: of for text, of in wrong.items() if of.keys() & {"model", "category"}}
    assert len(device) <= (1 - DEVICE_FLOOR) * len(LINES), device


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("12 laptops", ()),
        ("laptops 14 pouces", ("no-quantity",)),
        ("5 portables", ("unsure-kind",)),
        ("5 neufs", ("new", "no-device")),
        ("5 laptops max 500 HT", ("before-vat",)),
        ("10 iphone 13, 3500 € au total", ("of-all",)),
        ("15 iPhone 12 ou 13", ("several",)),
        ("42", ("no-device",)),
        ("🙂🙂🙂", ("no-quantity", "no-device")),
    ],
)
def test_what_is_doubtful_is_said(words, text, notes):
    assert read(text, words).notes == notes


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\x00", "9" * 300, "x" * 10_000, "=1+1", "@SUM(A1)", "<script>alert(1)</script>", "-5",
        "0 laptops",
        "10000000 laptops", "5 laptops 99/99/2026", "5 laptops max 999999999999 €", "((((((((((", "²³½ ٣ laptops",
        "5 iphone 13 9999 TB", "battery 0%", "battery 100000%", "5 " + "iphone 13 " * 40, "1,1,1,1,1,1,1,1,1,1,1,1",
    ],
)  # fmt: skip
def test_whatever_is_typed_gives_a_wish_within_its_bounds(words, text):
    wish = read(text, words).wish
    assert wish.quantity >= 0
    assert wish.budget is None or 0 < wish.budget <= 20_000_00
    assert wish.battery is None or 1 <= wish.battery <= 100
    assert len(wish.text) <= 300


@pytest.mark.parametrize(
    "piece", ["max ", "1 ", "1.1 ", "16 go ", "dont 1 ", "le 1 ", "€", "max 1 ht /u ", "a", "s 21"]
)
def test_no_line_takes_much_longer_than_another(words, piece):
    def seconds(text: str) -> float:
        begun = time.perf_counter()
        for _again in range(3):
            read(text, words)
        return time.perf_counter() - begun

    # Whatever is repeated to fill a line: the same order of magnitude as a line that is usual, on any machine.
    usual = seconds("25 iPhone 13 128 Go bon état max 350€")
    assert min(seconds(piece * 300) for _try in range(3)) < 300 * usual


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("12 laptops et 25 iPhone 13", ["12 laptops", "25 iPhone 13"]),
        (
            "12 laptops 16 Go, 14 pouces, 5 écrans and 3 tablets",
            ["12 laptops 16 Go, 14 pouces", "5 écrans", "3 tablets"],
        ),
        ("12 laptops + 2 spare", ["12 laptops + 2 spare"]),
        ("12 laptops, 2 ports USB", ["12 laptops, 2 ports USB"]),
        ("Bonjour,\n\n10 iPhone 13\n", ["Bonjour,", "10 iPhone 13"]),
        ("iPhone 12 et 13", ["iPhone 12 et 13"]),
    ],
)
def test_a_line_that_asks_for_several_things_is_several_lines(words, text, lines):
    assert list(separate(text, words)) == lines
