"""Bank transfer: the order's number is the reference, the operator notes the money (`flask orders pay`)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _

from ...config import current_settings
from ...orders.dates import end_of_day


class BankTransfer:
    code = "bank-transfer"

    def label(self) -> str:
        return _("Bank transfer")

    def note(self) -> str:
        days = current_settings().payment.transfer_days
        return _("You get our bank details now. Your device is kept for you for %(days)s days.", days=days)

    def fits(self, shipping: Iterable[str]) -> bool:
        return True

    def pay_by(self, now: datetime) -> datetime:
        settings = current_settings()
        return end_of_day(now + timedelta(days=settings.payment.transfer_days), settings.shop.time_zone)

    def payment_page(self, order_id: int) -> str | None:
        return None
