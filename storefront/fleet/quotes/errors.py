"""What quotes refuse."""

from ...core.errors import Refused


class QuoteRefused(Refused):
    """This can't be done to the quote as it stands."""


class QuoteChanged(QuoteRefused):
    """Somebody else, or another tab, has done something to it since the page was opened."""


class ProposalGone(QuoteRefused):
    """What was proposed can't be had any more as it was: another proposal is called for."""


class TooManyHeld(QuoteRefused):
    """The firm would have more units held than one firm may."""
