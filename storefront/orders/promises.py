"""What is promised about an order's parcels once nothing keeps the sellers from sending them."""

from datetime import datetime

from ..core.clock import shop_day
from .dates import delivery_window, send_by
from .models import ShopOrder


def promise(order: ShopOrder, now: datetime) -> None:
    """Fix the days by which each parcel is sent and arrives, counted from the day of `now`."""
    today = shop_day(now)
    for parcel in order.parcels:
        parcel.send_by = send_by(today, parcel.handling_days)
        parcel.arrives_from, parcel.arrives_until = delivery_window(
            today, parcel.handling_days, parcel.travel_days
        )
