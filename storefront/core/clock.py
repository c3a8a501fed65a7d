"""The one place that asks what time it is. Rules never do: they are given `now`."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Now, in UTC, aware, to the second's fraction."""
    return datetime.now(UTC)
