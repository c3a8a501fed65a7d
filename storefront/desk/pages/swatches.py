"""The shop's colours as they would look: drawn here, and said with their contrast."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ...config.colours import PAIRS, Pair, contrast
from ...house.labels import FIXED_COLOURS, setting_label

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_BACKGROUNDS = ("paper", "dark_paper")


@dataclass(frozen=True, slots=True)
class Swatch:
    """Two colours that meet. `text` on `ground`; `holds`: their contrast is enough."""

    text: str
    ground: str
    label: str
    other: str
    ratio: float
    least: float

    @property
    def holds(self) -> bool:
        return self.ratio >= self.least


@dataclass(frozen=True, slots=True)
class Scene:
    """A corner of the shop: `loud` is its button, with `ink` on it."""

    dark: bool
    paper: str
    ink: str
    loud: str
    on_loud: str


@dataclass(frozen=True, slots=True)
class Palette:
    """How colours would look."""

    scenes: tuple[Scene, Scene]
    swatches: tuple[Swatch, ...]


def palette(values: Mapping[str, str]) -> Palette | None:
    """By the settings' names without their section; none while one of them is no colour."""
    if not all(_COLOUR.fullmatch(value) for value in values.values()):
        return None
    day = Scene(False, values["paper"], values["ink"], values["accent"], values["ink"])
    night = Scene(True, values["dark_paper"], values["dark_ink"], values["dark_accent"], values["ink"])
    return Palette((day, night), tuple(_swatch(pair, values) for pair in PAIRS))


def _swatch(pair: Pair, values: Mapping[str, str]) -> Swatch:
    fixed = pair.other.startswith("#")
    one, other = values[pair.name], pair.other if fixed else values[pair.other]
    text, ground = (other, one) if pair.name in _BACKGROUNDS else (one, other)
    return Swatch(
        text,
        ground,
        setting_label(("colours", pair.name)),
        str(FIXED_COLOURS[pair.other]) if fixed else setting_label(("colours", pair.other)),
        # Never rounded up to what would be enough.
        int(contrast(one, other) * 100) / 100,
        pair.least,
    )
