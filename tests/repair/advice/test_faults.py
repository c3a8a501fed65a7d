"""The list of faults: what people choose from, with figures that say something or none."""

import csv

import pytest

from storefront.catalog.standard import CATEGORIES
from storefront.repair import faults
from storefront.repair.faults import OTHER, Rate, categories, fault_called, faults_of, rate_of


def test_every_category_of_the_trade_has_faults():
    assert set(categories()) == set(CATEGORIES)


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_most_frequent_come_first_and_something_else_last(category):
    found = faults_of(category)

    assert 5 <= len(found) <= 13
    assert found[-1].code == OTHER
    counted = [fault.records for fault in found[:-1]]
    assert counted == sorted(counted, reverse=True)
    assert len({fault.code for fault in found}) == len(found)


def test_few_tries_give_no_rate_and_no_share():
    with faults.FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        fault = fault_called(row["category"], row["code"])
        assert fault is not None
        enough = int(row["records"] or 0) >= 30
        assert (fault.fixed_percent is not None) == enough, row
        assert (fault.share_percent is not None) == enough, row


def test_figures_are_as_the_source_has_them():
    screen = fault_called("smartphones", "screen")
    assert screen is not None
    # 630 of 1,916 phones; 341 of them mended.
    assert (screen.records, round(screen.share_percent or 0, 1), screen.fixed_percent) == (630, 32.9, 54)
    # On/off 28, volume 7, other buttons 39: 9 + 4 + 17 mended.
    buttons = fault_called("smartphones", "buttons")
    assert buttons is not None
    assert (buttons.records, buttons.fixed, buttons.fixed_percent) == (74, 30, 41)


@pytest.mark.parametrize(
    ("category", "code", "rate"),
    [
        ("smartphones", "screen", Rate(630, 341, of_fault=True)),
        # Too few wet phones, and what is known of all phones is not known of them.
        ("smartphones", "water", None),
        ("desktops", "screen", None),
        ("tablets", "screen", Rate(110, 27, of_fault=True)),
        ("smartphones", "other", Rate(2807, 1479, of_fault=False)),
        ("smartphones", "no-such-fault", Rate(2807, 1479, of_fault=False)),
        ("consoles", "disc", Rate(338, 167, of_fault=False)),
        ("appliances", "leak", None),
        ("watches", "screen", None),
        ("hoverboards", "other", None),
    ],
)
def test_a_rate_is_of_the_fault_or_else_of_its_category(category, code, rate):
    assert rate_of(category, code) == rate


def test_a_category_of_the_resellers_own_has_one_fault():
    assert [fault.code for fault in faults_of("hoverboards")] == [OTHER]


def test_faults_speak_the_readers_language(app):
    said = {}
    for language in ("en", "fr"):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            said[language] = faults_of("smartphones")[0].label
    assert said == {
        "en": "The screen is cracked, dark or doesn't react",
        "fr": "L’écran est cassé, noir ou ne réagit plus",
    }
