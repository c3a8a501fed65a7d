"""Neat little drawings of devices, made from their size and colour, so that a page is complete with no photo.

Flat colours inside one ink outline, like stickers; 300 to 900 bytes of SVG each. A screen shows one of a few
wallpapers, chosen by the model's size, so that two models don't look the same. Numbers are rounded and shapes written
the same way everywhere: a page full of drawings compresses to little more than one.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from .shown import Drawing
from .silhouettes import KINDS, box, front_of
from .strokes import INK, SUN, fill, line

# The marks that a grade allows, on the upper corner of a device seen close up.
_MARKS: Mapping[str, str] = {
    "premium": line("M34 30v16M26 38h16M54 20v8M50 24h8", f" stroke='{SUN}'"),
    "excellent": line("M58 52l9-7", " stroke='#fff' stroke-width='1'"),
    "good": line("M40 44l16-12M62 66l10-12", " stroke='#fff' stroke-width='1'")
    + line("M8 70v8", " stroke='#fff'"),
    "fair": line("M34 42l26-20M44 72l14-20M70 50l6 18M30 60l8 4", " stroke='#fff' stroke-width='2'")
    + line("M8 56l6 5-5 5M60 9l5 6 6-5", " stroke='#fff'"),
}


def svg(drawing: Drawing) -> str:
    """The drawing as an SVG document. An unknown kind is drawn as a parcel."""
    return _document(*KINDS.get(drawing.kind, box)(drawing))


def _document(width: int, height: int, shapes: str) -> str:
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'><g fill='none' stroke='{INK}'"
        f" stroke-width='3' stroke-linejoin='round' stroke-linecap='round'>{shapes}</g></svg>"
    )


def document_uri(document: str) -> Markup:
    """An SVG document of our own as an address for `<img src="...">`: no request, one node."""
    # Only what a URL or an attribute in double quotes can't hold; the rest stays readable and compresses well.
    # Nothing is left then that a template would have to escape: nobody's text is in a drawing.
    for character, code in (("%", "%25"), ("#", "%23"), ("<", "%3C"), (">", "%3E"), (" ", "%20")):
        document = document.replace(character, code)
    return Markup("data:image/svg+xml," + document)  # noqa: S704 - see above


@lru_cache(maxsize=4_000)
def data_uri(drawing: Drawing) -> Markup:
    """The drawing as an address for `<img src="...">`: no request, one node."""
    return document_uri(svg(drawing))


@lru_cache(maxsize=16)
def grade_uri(grade: str) -> Markup:
    """A corner of a device with the marks that `grade` allows, as an address for `<img src>`."""
    device = fill("M112 8H30Q8 8 8 30v74h104z", "#4f83d1") + fill("M112 20H34Q20 20 20 34v70h92z", "#3b3566")
    return document_uri(_document(104, 96, device + _MARKS.get(grade, "")))


# A good hand: phones held like playing cards, each a device and its turn in degrees.
_HAND = (
    (Drawing("phone", "red", 146.7, 71.5, 2, "hole"), -34),
    (Drawing("phone", "midnight", 147.5, 71.6, 3, "island"), -17),
    (Drawing("phone", "midnight", 147.6, 71.6, 2, "notch"), 0),
    (Drawing("phone", "green", 152.2, 73.2, 2, "hole"), 17),
    (Drawing("phone", "red", 151.0, 72.0, 2, "hole"), 34),
)


@lru_cache(maxsize=1)
def hand_uri() -> Markup:
    """The home page's picture: five phones, fanned out."""
    cards = "".join(
        f"<g transform='translate(104 16)rotate({turn} 28 168)'>{front_of(device)}</g>"
        for device, turn in _HAND
    )
    return document_uri(_document(260, 150, cards))


# Filters and functions for templates; the catalogue registers them when the app is made.
FILTERS: Mapping[str, Callable[..., Any]] = {
    "drawing_uri": data_uri,
    "grade_uri": grade_uri,
}
GLOBALS: Mapping[str, Callable[..., Any]] = {"hand_uri": hand_uri}
