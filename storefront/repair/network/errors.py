"""What the actions of the network refuse."""

from ...core.errors import Refused


class RepairerRefused(Refused):
    """This can't be done with the repairer."""


class RepairerChanged(RepairerRefused):
    """Somebody else was faster: what the page showed is no longer so."""
