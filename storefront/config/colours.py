"""The shop's colours, and whether people can read what is written in them: the contrast of WCAG 2.2.

Relative luminance and contrast ratio as https://www.w3.org/TR/WCAG22/#dfn-relative-luminance and #dfn-contrast-ratio
define them; level AA asks 4.5 of text (1.4.3) and 3 of what a control is known by (1.4.11).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

TEXT, CONTROL = 4.5, 3.0
_STEPS = 100
_WHITE, _BLACK = "#ffffff", "#000000"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours that meet on a page: a setting of `[colours]`, and another or a fixed one of the stylesheet."""

    name: str
    other: str
    least: float


# What of the stylesheet meets what, with the darkest of the stickers and notices that the ink is written on.
PAIRS = (
    Pair("ink", "paper", TEXT),
    Pair("ink", "accent", TEXT),
    Pair("ink", _WHITE, TEXT),
    Pair("ink", "#bfe3ff", TEXT),
    Pair("paper", "#5d5775", TEXT),
    Pair("paper", "#b3200c", TEXT),
    Pair("paper", "#0a6b43", TEXT),
    Pair("paper", "#5b3df5", CONTROL),
    Pair("dark_ink", "dark_paper", TEXT),
    Pair("dark_ink", "#241f3d", TEXT),
    Pair("ink", "dark_accent", TEXT),
    Pair("dark_paper", "#c3bbdb", TEXT),
    Pair("dark_paper", "#ff9c86", TEXT),
    Pair("dark_paper", "#c8f04b", TEXT),
)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A pair that can't be told apart well enough: its `ratio`, and the nearest value of `name` that would do.

    `suggestion` is empty where no value of that one colour helps.
    """

    pair: Pair
    name: str
    other: str
    ratio: float
    suggestion: str


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb`, from 0 (black) to 1 (white)."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """From 1 (alike) to 21 (black on white). Worked example: `#767676` on white is 4.54."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def unreadable(colours: Mapping[str, str], changed: frozenset[str] = frozenset()) -> list[Unreadable]:
    """The pairs that fail, in their order; of two settings, the one in `changed` is to blame."""
    found = []
    for pair in PAIRS:
        ratio = contrast(_value(colours, pair.name), _value(colours, pair.other))
        if ratio < pair.least:
            swap = pair.other in changed and pair.name not in changed
            name, other = (pair.other, pair.name) if swap else (pair.name, pair.other)
            found.append(Unreadable(pair, name, other, ratio, _nearest(colours, name)))
    return found


def _value(colours: Mapping[str, str], name: str) -> str:
    return name if name.startswith("#") else colours[name]


def _nearest(colours: Mapping[str, str], name: str) -> str:
    """The first colour on the way to black or to white with which all pairs of `name` hold."""
    for colour in _ways_out(colours[name]):
        if all(
            contrast(
                _value({**colours, name: colour}, pair.name), _value({**colours, name: colour}, pair.other)
            )
            >= pair.least
            for pair in PAIRS
            if name in (pair.name, pair.other)
        ):
            return colour
    return ""


def _ways_out(colour: str) -> Iterator[str]:
    for step in range(1, _STEPS + 1):
        for end in (_BLACK, _WHITE):
            yield _mixed(colour, end, step / _STEPS)


def _mixed(colour: str, end: str, share: float) -> str:
    channels = []
    for place in (1, 3, 5):
        start, stop = int(colour[place : place + 2], 16), int(end[place : place + 2], 16)
        channels.append(round(start + (stop - start) * share))
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def dyed(stylesheet: str, defaults: Mapping[str, str], colours: Mapping[str, str]) -> str:
    """A stylesheet written in the default colours, in these: what stands in its dark part gets the dark ones."""
    light = {defaults[name]: colours[name] for name in ("accent", "ink", "paper")}
    dark = {defaults[f"dark_{name}"]: colours[f"dark_{name}"] for name in ("accent", "ink", "paper")}
    # Ink is written on stickers and notices in the dark, too.
    dark = {defaults["ink"]: colours["ink"], **dark}
    parts = re.split(r"(?s)(@media \(prefers-color-scheme:dark\)\{.*?\n\})", stylesheet)
    return "".join(_replaced(part, dark if place % 2 else light) for place, part in enumerate(parts))


def _replaced(text: str, colours: Mapping[str, str]) -> str:
    return re.sub("|".join(colours), lambda found: colours[found.group()], text)
