"""What the house refuses."""

from ..core.errors import Refused


class HouseRefused(Refused):
    """A setting, a text or a zone can't be changed at the moment; nothing was."""
