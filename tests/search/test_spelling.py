"""The speller's truth table, over a small shop's words."""

import pytest

from search.spelling import Speller, reach

WORDS = {
    "iphone": 900,
    "ipad": 300,
    "apple": 1500,
    "samsung": 1200,
    "galaxy": 1100,
    "pixel": 150,
    "macbook": 250,
    "thinkpad": 120,
    "lenovo": 160,
    "airpods": 80,
    "casque": 60,
    "ecran": 90,
    "ecouteurs": 70,
    "s20": 100,
    "s21": 120,
    "s21+": 40,
    "a52": 60,
    "iphone12": 2,
    "xperia": 30,
    "console": 50,
    "consoles": 5,
    "sony": 90,
    "noir": 500,
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("iphoen", "iphone"),  # neighbours swapped: one edit
        ("ipone", "iphone"),
        ("iphonne", "iphone"),
        ("ihpone", "iphone"),
        ("uphone", "iphone"),
        ("samsng", "samsung"),
        ("smasung", "samsung"),
        ("galxay", "galaxy"),
        ("galaksy", "galaxy"),
        ("makbook", "macbook"),
        ("thinkpda", "thinkpad"),
        ("lenvo", "lenovo"),
        ("aipods", "airpods"),
        ("ecouteur", "ecouteurs"),
        ("ecoutteurs", "ecouteurs"),
        ("consolle", "console"),  # as near to "consoles", but ten times as frequent
        ("iphnoe12", "iphone12"),
        ("galaxt21", "galaxy21"),
        ("samsunggalaxy", "samsung galaxy"),
        ("iphonenoir", "iphone noir"),
    ],
)
def test_slips_are_mended(typed: str, meant: str) -> None:
    assert Speller(WORDS).correct(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "s22",  # never s21: another phone
        "s2",
        "s201",
        "a53",
        "a21",  # nor s21
        "iphone",  # a word of the shop
        "s21+",
        "xyzzyq",  # nothing near
        "tv",
        "zz",
        "",
        "12",
        "128",
        "📱",
        "x" * 500,
    ],
)
def test_no_guess_is_better_than_a_wrong_one(typed: str) -> None:
    assert Speller(WORDS).correct(typed) is None


def test_digits_are_never_changed() -> None:
    digits = "0123456789"
    for typed in ("s22", "iphone13", "iphnoe13", "galaxt5", "a9", "iphone 1", "samsun7"):
        corrected = Speller(WORDS).correct(typed)
        if corrected is not None:
            assert [c for c in corrected if c in digits] == [c for c in typed if c in digits]


def test_an_empty_shop_corrects_nothing() -> None:
    assert Speller({}).correct("iphone") is None


@pytest.mark.parametrize(
    ("word", "edits"),
    [
        ("tv", 0),
        ("ipd", 1),
        ("apple", 1),
        ("iphone", 2),
        ("s21", 0),
        ("rtx3060", 0),
        ("ipad9", 1),
        ("iphone12", 1),
    ],
)
def test_how_far_a_correction_may_reach(word: str, edits: int) -> None:
    assert reach(word) == edits
