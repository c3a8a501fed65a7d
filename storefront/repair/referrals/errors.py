"""What this part of the room refuses."""

from ...core.errors import Refused


class ReferralRefused(Refused):
    """This can't be done to the referral."""


class ReferralChanged(ReferralRefused):
    """Somebody was faster: it is not as the page showed it."""
