"""What the cart refuses."""

from ..core.errors import Refused


class CartRefused(Refused):
    """The cart can't be changed like that."""
