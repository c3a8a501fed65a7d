"""What the checkout refuses."""

from ..core.errors import Refused


class CartChanged(Refused):
    """The cart or its total is not what the page showed: nothing was ordered, the page is shown again."""
