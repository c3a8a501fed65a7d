"""What sellers' actions refuse."""

from ..core.errors import Refused


class SellerRefused(Refused):
    """This can't be done with the seller."""


class SellerChanged(SellerRefused):
    """Somebody else was faster: what the page showed is no longer so."""


class NoRoom(SellerRefused):
    """A seller on probation has as many units on their way as it may."""


class InvitationGone(SellerRefused):
    """An invitation was used, taken back, or has run out of time."""
