"""The catalogue in words: nothing without a label, numbers as people say them, and no word that the law forbids."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from storefront.catalog import labels, tested
from storefront.catalog.colours import UNKNOWN_COLOUR, colour
from storefront.catalog.forms import SORTS
from storefront.catalog.rules import BATTERY_FLOOR, GRADES
from storefront.catalog.shown import Updates
from storefront.sellers.rules import STARS

DEMO_MODELS = Path(__file__).parents[2] / "storefront" / "demo" / "models.csv"
# Decree 2022-190: what was used may not be called new, in any turn of phrase.
FORBIDDEN = ("like new", "as new", "good as new", "mint condition", "brand new")


@dataclass(frozen=True)
class Seller:
    stars: int
    finished_lines: int
    probation: bool = False


@pytest.fixture(autouse=True)
def in_english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


def demo_values(column: str) -> set[str]:
    with DEMO_MODELS.open(encoding="utf-8", newline="") as file:
        return {value for row in csv.DictReader(file) for value in row[column].split("|") if value}


def test_every_grade_has_all_its_words():
    for words in (labels.GRADES, labels.GRADE_SUMMARIES, labels.GRADE_SCREENS, labels.GRADE_BODIES):
        assert tuple(words) == GRADES
        assert len({str(word) for word in words.values()}) == len(GRADES)


def test_every_number_of_stars_and_every_order_has_words():
    assert set(labels.STARS) == {stars for _risk, stars in STARS}
    assert set(labels.SORTS) == set(SORTS)


def test_every_colour_of_the_demo_shop_has_a_name_and_a_shade():
    colours = demo_values("colours")

    assert colours - set(labels.COLOURS) == set()
    assert {name for name in colours if colour(name) == UNKNOWN_COLOUR} == set()


def test_every_category_of_the_demo_shop_says_what_was_tested():
    assert demo_values("category") == set(tested.TESTS)


def test_nothing_is_called_new():
    tables = (labels.GRADE_SUMMARIES, labels.GRADE_SCREENS, labels.GRADE_BODIES, labels.GRADES)
    words = [str(word) for table in tables for word in table.values()]
    words += [word for category in tested.TESTS for word in tested.tests_of(category)]

    assert [word for word in words if any(phrase in word.lower() for phrase in FORBIDDEN)] == []


@pytest.mark.parametrize(
    ("seller", "words"),
    [
        (Seller(4, 1240), "4 of 5, very good · 1,240 orders"),
        (Seller(5, 1), "5 of 5, outstanding · 1 order"),
        (Seller(1, 88), "1 of 5, poor · 88 orders"),
        (Seller(3, 0, probation=True), "newcomer on trial · 0 orders"),
        (Seller(5, 12, probation=True), "newcomer on trial · 12 orders"),
    ],
)
def test_the_quality_of_a_seller(seller: Seller, words: str):
    assert labels.quality_label(seller) == words


def test_on_a_card_a_sellers_quality_is_short(app):
    with app.test_request_context("/en/"):
        assert labels.quality_short(Seller(4, 1240)) == "4 of 5 · 1,240 orders"
        assert labels.quality_short(Seller(5, 1, probation=True)) == "newcomer on trial · 1 order"


@pytest.mark.parametrize(
    ("gigabytes", "words"), [(64, "64 GB"), (825, "825 GB"), (1000, "1 TB"), (1024, "1 TB"), (2048, "2 TB")]
)
def test_a_storage(gigabytes: int, words: str):
    assert labels.storage_label(gigabytes) == words


@pytest.mark.parametrize(
    ("days", "words"), [((2, 4), "2–4 working days"), ((1, 1), "1 working day"), ((3, 3), "3 working days")]
)
def test_a_delivery(days: tuple[int, int], words: str):
    assert labels.days_label(days) == words


@pytest.mark.parametrize(
    ("months", "words"),
    [(0, "legal guarantee, 2 years"), (1, "1 month's guarantee"), (24, "24 months' guarantee")],
)
def test_a_guarantee(months: int, words: str):
    assert labels.guarantee_label(months) == words


@pytest.mark.parametrize(
    ("updates", "words"),
    [
        (Updates("unknown", None), ""),
        (Updates("running", date(2028, 9, 30)), "security updates until September 2028"),
        (Updates("ending", date(2027, 2, 1)), "security updates until February 2027"),
        (Updates("ended", date(2025, 3, 31)), "security updates ended in March 2025"),
    ],
)
def test_security_updates(updates: Updates, words: str):
    assert labels.updates_label(updates) == words


def test_a_colour_nobody_translated_stays_as_its_seller_wrote_it():
    assert (labels.colour_label("midnight"), labels.colour_label("café au lait")) == (
        "midnight",
        "café au lait",
    )


def test_the_battery_promised_by_a_grade():
    assert {grade: labels.battery_floor(grade) for grade in GRADES} == BATTERY_FLOOR
    assert labels.battery_label(88) == "battery 88\N{NO-BREAK SPACE}%"


def test_a_category_of_a_resellers_own_gets_what_holds_for_all():
    promises = tested.tests_of("hoverboards")

    assert promises[0] == "Every function that its maker sold it with"
    assert promises[1:] == tested.tests_of("audio")[-2:]


@pytest.mark.parametrize("category", sorted(set(tested.TESTS) - {"monitors", "audio", "appliances"}))
def test_what_holds_data_was_wiped(category: str):
    assert any("data erased" in promise for promise in tested.tests_of(category))
