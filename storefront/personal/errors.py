"""What the customer's own pages refuse."""

from ..core.errors import Refused


class PersonalRefused(Refused):
    """This can't be done with what somebody has here."""
