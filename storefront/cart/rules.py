"""The pure part of the cart: its limits, and what counts when the shop has changed under it."""

# A cart is a household's, or a small office's; a fleet asks for a quote.
MOST_LINES = 30
MOST_UNITS = 99
# An untouched cart is forgotten after this many days.
KEPT_DAYS = 60


def counted(wanted: int, available: int) -> int:
    """How many units of a line would be ordered now: as many as wanted, or as there are left."""
    return max(0, min(wanted, available))


def room_left(units: int) -> int:
    """How many more units fit into a cart that holds `units`."""
    return max(0, MOST_UNITS - units)
