"""The device drawings: well-formed, small, the same each time, and not all alike."""

import re
import urllib.parse
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from storefront.catalog.colours import COLOURS, UNKNOWN_COLOUR, colour
from storefront.catalog.drawings import data_uri, grade_uri, hand_uri, svg
from storefront.catalog.rules import GRADES
from storefront.catalog.shown import Drawing
from storefront.catalog.silhouettes import KINDS

# As the demo's table has them: one device of each kind, sizes in millimetres.
DEVICES = {
    "phone": Drawing("phone", "midnight", 146.7, 71.5, 2, "notch"),
    "tablet": Drawing("tablet", "silver", 250.6, 174.1, 1, "button"),
    "e-reader": Drawing("e-reader", "black", 167.0, 116.0),
    "laptop": Drawing("laptop", "space grey", 212.4, 304.1, 0, "bezel"),
    "desktop": Drawing("desktop", "silver", 36.0, 197.0),
    "monitor": Drawing("monitor", "black", 0.0, 0.0, 0, "bezel"),
    "tv": Drawing("tv", "black", 703.0, 1222.0, 0, "bezel"),
    "console-handheld": Drawing("console-handheld", "red and blue", 102.0, 239.0, 0, "bezel"),
    "console-home": Drawing("console-home", "black", 39.0, 265.0),
    "watch": Drawing("watch", "gold", 44.0, 38.0),
    "earbuds": Drawing("earbuds", "white"),
    "headphones": Drawing("headphones", "pink", 187.3, 168.6),
    "speaker": Drawing("speaker", "red", 161.5, 119.7),
    "vacuum": Drawing("vacuum", "grey"),
    "washer": Drawing("washer", "white", 845.0, 600.0),
    "kitchen": Drawing("kitchen", "cream", 341.0, 326.0),
    "box": Drawing("box", ""),
}
# Nobody knows anything, and somebody knows nonsense.
ODD = [
    Drawing("phone", ""),
    Drawing("phone", "<script>", 146.7, 71.5, 99, "'><"),
    Drawing("laptop", "blue", 1.0, 9_000.0),
    Drawing("desktop", "blue", 9_000.0, 1.0),
    Drawing("console-handheld", " and "),
    Drawing("teapot", "red"),
]


def test_every_kind_has_an_example_here():
    assert DEVICES.keys() == KINDS.keys()


@pytest.mark.parametrize("drawing", [*DEVICES.values(), *ODD], ids=str)
def test_it_is_well_formed_and_within_its_budget(drawing: Drawing):
    document = svg(drawing)

    root = ElementTree.fromstring(document)  # noqa: S314 - our own document
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert 250 <= len(document) <= 900


@pytest.mark.parametrize("drawing", [*DEVICES.values(), *ODD], ids=str)
def test_everything_is_inside_the_picture(drawing: Drawing):
    root = ElementTree.fromstring(svg(drawing))  # noqa: S314 - our own document
    _left, _top, width, height = map(float, root.attrib["viewBox"].split())

    for rectangle in root.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, wide, high = (float(rectangle.attrib[name]) for name in ("x", "y", "width", "height"))
        assert (x >= 0, y >= 0, x + wide <= width, y + high <= height) == (True, True, True, True)
        assert min(wide, high) > 0


@pytest.mark.parametrize("drawing", [*DEVICES.values(), *ODD], ids=str)
def test_the_address_holds_the_drawing_and_nothing_an_attribute_could_trip_over(drawing: Drawing):
    uri = data_uri(drawing)

    head, _comma, body = uri.partition(",")
    assert head == "data:image/svg+xml"
    assert urllib.parse.unquote(body) == svg(drawing)
    assert not re.search(r'[\s"<>#&]', uri)


def test_the_same_device_is_always_drawn_the_same():
    assert svg(DEVICES["phone"]) == svg(replace(DEVICES["phone"]))


def test_models_can_be_told_apart():
    phone = DEVICES["phone"]
    others = [
        replace(phone, height_mm=160.8, width_mm=78.1),
        replace(phone, lenses=3),
        replace(phone, front="island"),
        replace(phone, front="button"),
        replace(phone, colour="red"),
    ]

    assert len({svg(drawing) for drawing in [phone, *others]}) == 6


def test_a_phone_has_as_many_lenses_as_the_model():
    def dark_dots(lenses: int) -> int:
        drawing = replace(DEVICES["phone"], lenses=lenses, front="")
        return len(re.findall(r"<circle[^>]+fill='#1d1a2f'", svg(drawing)))

    assert [dark_dots(lenses) for lenses in (1, 2, 3, 4)] == [1, 2, 3, 4]


def test_an_all_in_one_computer_shows_its_screen_and_a_tower_its_slots():
    assert "<path d='M14 16h" not in svg(Drawing("desktop", "silver", 461.0, 547.0))
    assert "<path d='M14 16h" in svg(Drawing("desktop", "silver", 350.0, 170.0))


def test_the_two_halves_of_a_handheld_have_their_own_colours():
    drawn = svg(DEVICES["console-handheld"])

    assert (COLOURS["red"] in drawn, COLOURS["blue"] in drawn) == (True, True)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("midnight", COLOURS["midnight"]),
        ("Midnight", COLOURS["midnight"]),
        ("moss green", COLOURS["green"]),
        ("graphite from last year", COLOURS["graphite"]),
        ("very dark blue", COLOURS["dark blue"]),
        ("vantablack", UNKNOWN_COLOUR),
        ("", UNKNOWN_COLOUR),
    ],
)
def test_a_colour_falls_back_on_the_words_we_know(name: str, code: str):
    assert colour(name) == code


def test_each_grade_shows_other_marks():
    assert len({grade_uri(grade) for grade in GRADES}) == len(GRADES)


def test_the_picture_of_the_home_page_is_well_formed():
    document = urllib.parse.unquote(hand_uri().partition(",")[2])

    assert ElementTree.fromstring(document).tag.endswith("svg")  # noqa: S314 - our own document
