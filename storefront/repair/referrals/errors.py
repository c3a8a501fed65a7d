"""What this part of the room refuses."""

from werkzeug.exceptions import NotFound

from ...core.errors import Refused


class ReferralRefused(Refused):
    """This can't be done to the referral."""


class ReferralChanged(ReferralRefused):
    """Somebody was faster: it is not as the page showed it."""


class PageClosed(NotFound):
    """No referral's page is at this secret address, be it closed by now or never made: nobody is told which."""
