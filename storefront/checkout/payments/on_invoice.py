"""On account: a firm gets the goods, and an invoice that it pays within the days that the operator gives."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from ...config import current_settings
from ...orders.dates import end_of_day
from ...orders.rules import ON_INVOICE


class PayOnInvoice:
    code = ON_INVOICE

    def label(self) -> str:
        days = current_settings().fleet.invoice_days
        return ngettext("On account, within one day", "On account, within %(num)s days", days)

    def note(self) -> str:
        return _("You get the goods first. Each invoice says until when it is to be paid.")

    def fits(self, shipping: Iterable[str]) -> bool:
        return True

    def pay_by(self, now: datetime) -> datetime:
        """At the earliest: the days count from each invoice, which comes with its parcel."""
        settings = current_settings()
        return end_of_day(now + timedelta(days=settings.fleet.invoice_days), settings.shop.time_zone)

    def payment_page(self, order_id: int) -> str | None:
        return None
