"""What orders refuse."""

from ..core.errors import Refused


class OrderRefused(Refused):
    """This can't be done to the order as it stands."""


class OrderChanged(OrderRefused):
    """Somebody else has done something to it since the person looked at it."""
