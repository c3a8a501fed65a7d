"""The one place that asks what time it is. Rules never do: they are given `now`."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ..config import current_settings


def utcnow() -> datetime:
    """Now, in UTC, aware, to the second's fraction."""
    return datetime.now(UTC)


def shop_day(moment: datetime) -> date:
    """The calendar day of `moment` where the shop is: 23:30 UTC is tomorrow in Paris. Today is that of `utcnow()`."""
    return moment.astimezone(ZoneInfo(current_settings().shop.time_zone)).date()
