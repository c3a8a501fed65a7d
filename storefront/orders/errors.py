"""What orders refuse."""

from ..core.errors import Refused


class OrderRefused(Refused):
    """This can't be done to the order as it stands."""
