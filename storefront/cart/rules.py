"""The pure part of the cart: its limits, and what counts when the shop has changed under it."""

from collections.abc import Sequence
from itertools import accumulate

# A cart is a household's, or a small office's; a fleet asks for a quote.
MOST_LINES = 30
MOST_UNITS = 99
# An untouched cart is forgotten after this many days.
KEPT_DAYS = 60


def counted(wanted: int, available: int) -> int:
    """How many units of a line would be ordered now: as many as wanted, or as there are left."""
    return max(0, min(wanted, available))


def fitting(units: Sequence[int], room: int | None) -> list[int]:
    """What of these units of one seller fits into its `room` (none: any number), what came first going first.

    3, 2 and 4 into 4: 3, 1 and 0.
    """
    if room is None:
        return list(units)
    before = accumulate(units, initial=0)
    return [max(0, min(count, room - taken)) for count, taken in zip(units, before, strict=False)]


def room_left(units: int) -> int:
    """How many more units fit into a cart that holds `units`."""
    return max(0, MOST_UNITS - units)
