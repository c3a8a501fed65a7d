"""Payment methods, as small plug-ins.

One more method is a class like those here, a row in `METHODS`, its name in `[payment] methods`, and two templates,
`checkout/pay/CODE.html` and `.txt`, that tell how to pay on the order's page and in its mail.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from ...config import current_settings
from ...orders.rules import ON_INVOICE
from .bank_transfer import BankTransfer
from .on_invoice import PayOnInvoice
from .pickup import PayAtPickup
from .stripe_checkout import StripeCheckout


class PaymentMethod(Protocol):
    """How an order can be paid."""

    @property
    def code(self) -> str:
        """What the order stores, and the templates are named after."""

    def label(self) -> str:
        """What the customer chooses."""

    def note(self) -> str:
        """What happens then, in a sentence."""

    def fits(self, shipping: Iterable[str]) -> bool:
        """Whether it can be chosen when the parcels travel by these methods."""

    def pay_by(self, now: datetime) -> datetime:
        """Until when the units of an order placed `now` are kept."""

    def payment_page(self, order_id: int) -> str | None:
        """Where the customer goes to pay; none when there is nowhere to go. May take its time: called after the commit,
        outside any transaction. Raises `PaymentUnavailable`.
        """


METHODS: dict[str, PaymentMethod] = {
    method.code: method for method in (BankTransfer(), PayAtPickup(), StripeCheckout(), PayOnInvoice())
}


def offered() -> list[PaymentMethod]:
    """The methods that the shop has switched on, in its order."""
    return [METHODS[code] for code in current_settings().payment.methods]


def offered_to_firms() -> list[PaymentMethod]:
    """The methods for a fleet, which is never picked up: those above, and on account where the shop gives credit."""
    methods = [method for method in offered() if method.fits(("standard",))]
    return methods + [METHODS[ON_INVOICE]] * (current_settings().fleet.invoice_days > 0)
