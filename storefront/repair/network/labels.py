"""Words for what the network stores as codes."""

from collections.abc import Mapping

from babel import Locale, UnknownLocaleError
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from ...core.i18n import locale_code, per_language
from .rules import (
    ADDRESS,
    APPLIED,
    AT_HOME,
    BONUS,
    DROP_OFF,
    INSURANCE,
    LISTED,
    MAIL_IN,
    PRICES,
    REFUSE,
    REFUSED,
    REGISTER,
    RENEW,
    RESTORE,
    SUSPEND,
    SUSPENDED,
    VERIFIED,
    VERIFY,
)

WAYS: Mapping[str, LazyString] = {
    DROP_OFF: _("Customers bring it"),
    MAIL_IN: _("Customers send it"),
    AT_HOME: _("We come to their place"),
}
STANDINGS: Mapping[str, LazyString] = {
    APPLIED: _("has applied"),
    LISTED: _("listed, not verified"),
    VERIFIED: _("verified"),
    SUSPENDED: _("suspended"),
    REFUSED: _("refused"),
}
CHECKS: Mapping[str, LazyString] = {
    REGISTER: _("Looked up in the register: the number, the name and the trade fit"),
    INSURANCE: _("Seen this year's proof of liability insurance"),
    ADDRESS: _("The address is a place where a device can be handed over, or sent"),
    PRICES: _("There are prices, and they are believable"),
    BONUS: _("Found in the list of labelled repairers of the repair bonus"),
}
# What can be done, and what comes of it.
MOVES: Mapping[str, tuple[LazyString, LazyString]] = {
    VERIFY: (_("Verify"), _("It is shown to customers for a year.")),
    REFUSE: (_("Refuse"), _("It is not shown; it may apply again.")),
    SUSPEND: (
        _("Suspend"),
        _(
            "It is not shown any more. Cases that it has taken on go on; those that wait for its answer go back to "
            "their customers."
        ),
    ),
    RESTORE: (_("Restore"), _("It is shown again, as long as its verification counts.")),
    RENEW: (_("Renew"), _("It is shown for another year.")),
}
DONE: Mapping[str, LazyString] = {
    "applied": _("applied"),
    "edited": _("changed"),
    VERIFY: _("verified"),
    REFUSE: _("refused"),
    SUSPEND: _("suspended"),
    RESTORE: _("restored"),
    RENEW: _("renewed"),
}


@per_language
def language_name(code: str) -> str:
    """A language in the reader's: `French`, `français`; a code that nobody knows stays itself."""
    try:
        return Locale.parse(code).get_language_name(locale_code()) or code
    except (ValueError, UnknownLocaleError):
        return code
