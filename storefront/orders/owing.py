"""What an invoice between firms must say of late and early payment, by the seller's country."""

from flask_babel import gettext as _

# Directive 2011/7/EU art. 2(6) and 6: interest of at least 8 points above the central bank's rate, and 40 euros; France
# asks for 10 points where nothing else was agreed (Code de commerce L441-10 II), and the same fee (D441-5).
_POINTS, _POINTS_FR = 8, 10


def late_payment(country: str) -> str:
    """What being late costs: interest."""
    return _(
        "If you pay late: interest at the European Central Bank's main refinancing rate plus %(points)s percentage "
        "points, from the day after the due date.",
        points=_POINTS_FR if country == "FR" else _POINTS,
    )


def recovery_fee() -> str:
    """And the fixed sum for the trouble of asking."""
    return _("If you pay late, we also charge a fixed €40 for recovery costs.")


def early_payment() -> str:
    """There is none, which the law wants said."""
    return _("No discount for early payment.")
