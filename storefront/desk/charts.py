"""Small drawn charts: bars as one SVG path, made here. Their figures stand in a table, too."""

from collections.abc import Sequence
from dataclasses import dataclass

# In the units of the drawing: the template's viewBox is this wide, and a little higher for the words.
WIDTH, HEIGHT = 320, 80


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with a title, and what they say in a sentence for those who don't see them.

    `path` is the drawing, `top` names its highest bar, `first` and `last` its ends; `columns` and `rows` are the table.
    """

    name: str
    title: str
    sentence: str
    path: str
    top: str
    first: str
    last: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def bars(values: Sequence[float]) -> str:
    """The path of bars for `values`, 0 or more, side by side; the highest fills the height.

    >>> bars([1, 0, 2])
    'M0 80V40h101V80zM213 80V0h101V80z'
    """
    highest = max(values, default=0)
    if not highest:
        return ""
    step = WIDTH / len(values)
    width = max(1, round(step - max(1, step * 0.05)))
    return "".join(
        f"M{round(place * step)} {HEIGHT}V{round(HEIGHT - HEIGHT * value / highest)}h{width}V{HEIGHT}z"
        for place, value in enumerate(values)
        if value
    )
