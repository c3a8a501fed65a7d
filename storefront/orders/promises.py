"""What is promised about an order's parcels once nothing keeps the sellers from sending them."""

from datetime import datetime

from ..config import current_settings
from .dates import delivery_window, local_day, send_by
from .models import ShopOrder


def promise(order: ShopOrder, now: datetime) -> None:
    """Fix the days by which each parcel is sent and arrives, counted from the day of `now`."""
    today = local_day(now, current_settings().shop.time_zone)
    for parcel in order.parcels:
        parcel.send_by = send_by(today, parcel.handling_days)
        parcel.arrives_from, parcel.arrives_until = delivery_window(
            today, parcel.handling_days, parcel.travel_days
        )
