"""The guarantees of a device that was bought here: by its order's link, or by its serial number.

Whoever has the order's link may claim. Whoever only knows the number is told the dates: they travel on in the address,
signed, and tell neither the number nor the order nor whose it is.
"""

from dataclasses import dataclass
from datetime import date

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from ...orders.units import UnitFacts, unit_by_key
from .case import Case


@dataclass(frozen=True, slots=True)
class Cover:
    """Both guarantees' last days; `seller` is who sold it, empty where only the dates are known."""

    legal_until: date
    seller_until: date | None
    seller: str = ""

    @property
    def until(self) -> date:
        return max(self.legal_until, self.seller_until or self.legal_until)

    def runs_on(self, day: date) -> bool:
        return day <= self.until

    @property
    def claimable(self) -> bool:
        """Whether the case holds the order's link: the seller hears from its customer, not from a passer-by."""
        return bool(self.seller)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="guarantee-dates")


def signed(unit: UnitFacts) -> str:
    """The dates of a unit's guarantees, as an address may say them."""
    return signed_dates(unit.legal_until, unit.seller_until)


def signed_dates(legal_until: date, seller_until: date | None) -> str:
    """The last days of both guarantees, as an address may say them."""
    dates = (legal_until, seller_until)
    return str(_signer().dumps([day.toordinal() if day else 0 for day in dates]))


def cover_of(case: Case) -> Cover | None:
    """What is known of the device's guarantees; one statement, or none without an order."""
    unit = unit_by_key(case.unit) if case.unit else None
    if unit:
        return Cover(unit.legal_until, unit.seller_until, unit.seller_name)
    return _read(case.covered) if case.covered else None


def _read(text: str) -> Cover | None:
    """The dates that we signed; none for what anybody else made up."""
    try:
        legal, own = _signer().loads(text)
        return Cover(date.fromordinal(legal), date.fromordinal(own) if own else None)
    except (BadData, ValueError, TypeError):
        return None
