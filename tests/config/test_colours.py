"""Colours: contrast as WCAG counts it, what is refused, and what is suggested instead."""

import re
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.config import WrongSetting, load_settings
from storefront.config.colours import PAIRS, contrast, dyed, unreadable
from storefront.config.sections import Colours

DEFAULT = asdict(Colours())
SHEET = (Path(__file__).parents[2] / "static" / "site.css").read_text(encoding="utf-8")
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


# From WCAG's own definition, and the examples of its technique G18 and of WebAIM's contrast checker.
@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.00),
    ],
)
def test_contrast(one, other, ratio):
    assert round(contrast(one, other), 2) == round(contrast(other, one), 2) == ratio


def test_the_default_colours_hold():
    assert unreadable(DEFAULT) == []


@pytest.mark.parametrize("pair", PAIRS)
def test_every_pair_is_of_colours_that_the_stylesheet_has(pair):
    written = set(re.findall(r"#[0-9a-f]{6}\b", SHEET)) | {"#ffffff"}
    assert {DEFAULT.get(name, name) for name in (pair.name, pair.other)} <= written


@given(colours, colours)
def test_what_is_suggested_holds(ink, accent):
    for found in unreadable({**DEFAULT, "ink": ink, "accent": accent}):
        assert found.ratio < found.pair.least
        if found.suggestion:
            mended = {**DEFAULT, "ink": ink, "accent": accent, found.name: found.suggestion}
            blamed = {name for other in unreadable(mended) for name in (other.pair.name, other.pair.other)}
            assert found.name not in blamed


def test_a_pair_is_refused_with_its_ratio_and_the_nearest_colour(tmp_path):
    with pytest.raises(WrongSetting) as caught:
        load_settings(tmp_path, {"REBELOTE_COLOURS_PAPER": "#888888"})
    sentence = str(caught.value)
    assert "[colours] ink can't be told from paper" in sentence or "[colours] paper" in sentence
    assert re.search(r"contrast is \d\.\d\d, and people need 4\.5", sentence)


@given(colours, colours, colours)
def test_the_stylesheet_in_other_colours_has_no_default_left(accent, ink, paper):
    mine = {**DEFAULT, "accent": accent, "ink": ink, "paper": paper}
    light = dyed(SHEET, DEFAULT, mine).partition("@media (prefers-color-scheme:dark)")[0]
    for name in ("accent", "ink", "paper"):
        assert mine[name] in light
        assert mine[name] == DEFAULT[name] or DEFAULT[name] not in light or DEFAULT[name] in mine.values()


def test_dark_colours_count_in_the_dark_only():
    mine = {**DEFAULT, "dark_paper": "#000000", "dark_accent": "#ffaa00", "dark_ink": "#ffffff"}
    light, _media, dark = dyed(SHEET, DEFAULT, mine).partition("@media (prefers-color-scheme:dark)")
    assert light == SHEET.partition("@media (prefers-color-scheme:dark)")[0]
    assert "body{background:#000000;color:#ffffff}" in dark
    assert "#ffaa00" in dark


def test_the_default_sheet_is_left_alone():
    assert dyed(SHEET, DEFAULT, DEFAULT) == SHEET
