"""The one place that asks what time it is. Rules never do: they are given `now`."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ..config import current_settings


def utcnow() -> datetime:
    """Now, in UTC, aware, to the second's fraction."""
    return datetime.now(UTC)


def local_day(moment: datetime, zone: str) -> date:
    """The calendar day of `moment` in a time zone: 23:30 UTC is tomorrow in Paris."""
    return moment.astimezone(ZoneInfo(zone)).date()


def shop_day(moment: datetime) -> date:
    """The calendar day of `moment` where the shop is. Today is that of `utcnow()`."""
    return local_day(moment, current_settings().shop.time_zone)
