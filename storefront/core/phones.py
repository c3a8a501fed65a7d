"""What can be a phone number: the one rule for customers and for repairers."""

import re

from flask_babel import gettext as _

# Room in the columns.
LONGEST = 40
_SIGNS = re.compile(r"\+?[0-9 ()./-]+")
# No number in the world has more digits (ITU-T E.164), and no useful one has fewer.
_LEAST, _MOST = 6, 15


def check_phone(text: str, errors: dict[str, str]) -> None:
    """Say in `errors` that `text` is no number, unless they say something of `phone` already. Nothing is fine, too."""
    if text and not (len(text) <= LONGEST and _SIGNS.fullmatch(text) and _LEAST <= _digits(text) <= _MOST):
        errors.setdefault(
            "phone", _("A phone number has digits and spaces, like +33 6 12 34 56 78. Or leave it empty.")
        )


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))
