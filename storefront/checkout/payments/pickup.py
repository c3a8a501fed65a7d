"""Payment at the counter, where everything is picked up."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _

from ...config import current_settings
from ...orders.dates import end_of_day
from ...orders.rules import PAY_AT_PICKUP


class PayAtPickup:
    code = PAY_AT_PICKUP

    def label(self) -> str:
        return _("Pay when you pick it up")

    def note(self) -> str:
        days = current_settings().payment.pickup_days
        return _("Only when you pick up everything. It is kept for you for %(days)s days.", days=days)

    def fits(self, shipping: Iterable[str]) -> bool:
        return set(shipping) == {"pickup"}

    def pay_by(self, now: datetime) -> datetime:
        settings = current_settings()
        return end_of_day(now + timedelta(days=settings.payment.pickup_days), settings.shop.time_zone)

    def payment_page(self, order_id: int) -> str | None:
        return None
