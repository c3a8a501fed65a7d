"""Dates that follow from an order: when it arrives, how long it is guaranteed, until when it may go back.

Working days are Monday to Friday: public holidays differ by country and carrier, and an estimate says so.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..core.clock import local_day

# Legal guarantee of conformity, from delivery, for used goods too (FR: Code de la consommation L217-3). Elsewhere in
# the EU it may be one year for used goods (Directive 2019/771 art. 10(6)); the shop gives two to all.
LEGAL_GUARANTEE_MONTHS = 24
# A repair under the legal guarantee makes it longer by so much (FR: L217-13).
REPAIR_ADDS_MONTHS = 6
# How long a seller has to repair or replace it, from when its customer asked (FR: L217-10). Elsewhere that is "a
# reasonable time" (Directive 2019/771 art. 14(1)(b)); the shop asks the same of all its sellers.
CONFORM_DAYS = 30
# Withdrawal without a reason, from delivery of the last parcel (Directive 2011/83/EU art. 9).
WITHDRAWAL_DAYS = 14


def end_of_day(moment: datetime, zone: str) -> datetime:
    """The last second of that calendar day where the shop is: what is promised until a day holds until its end."""
    return datetime.combine(local_day(moment, zone), time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)


def add_working_days(start: date, days: int) -> date:
    """The `days`-th working day after `start`; with 0, `start` or the Monday after it."""
    day = start
    while day.weekday() > 4:
        day += timedelta(1)
    for _ in range(days):
        day += timedelta(1)
        while day.weekday() > 4:
            day += timedelta(1)
    return day


def add_months(start: date, months: int) -> date:
    """The same day so many months later, or the month's last: 31 January and one month is 28 February."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def send_by(start: date, handling_days: int) -> date:
    """The last day on which the seller keeps the promise, when `start` is the day it may begin."""
    return add_working_days(start, handling_days)


def travel_window(handling_days: int, travel_days: int) -> tuple[int, int]:
    """Working days until a parcel arrives, earliest and latest; without travel, until it waits at the counter."""
    if travel_days == 0:
        return handling_days, handling_days
    return handling_days + max(1, travel_days - 1), handling_days + travel_days


def delivery_window(start: date, handling_days: int, travel_days: int) -> tuple[date, date]:
    """Earliest and latest day of arrival, when `start` is the day on which the seller may begin."""
    first, last = travel_window(handling_days, travel_days)
    return add_working_days(start, first), add_working_days(start, last)


def legal_guarantee_until(delivered_on: date, extra_months: int = 0) -> date:
    """Its last day; `extra_months` is what repairs under it have added."""
    return add_months(delivered_on, LEGAL_GUARANTEE_MONTHS + extra_months)


def conform_by(asked_on: date) -> date:
    """The last day on which a seller repairs or replaces in time."""
    return asked_on + timedelta(CONFORM_DAYS)


def over_at(day: date, zone: str) -> datetime:
    """The moment at which that day is over where the shop is."""
    return datetime.combine(day + timedelta(1), time(), ZoneInfo(zone)).astimezone(UTC)


def withdrawal_until(last_delivery: date) -> date:
    """The last day to withdraw: 14 days after the last delivery, carried from a weekend to Monday
    (Regulation 1182/71 art. 3(4); FR: L221-19).
    """
    return add_working_days(last_delivery + timedelta(WITHDRAWAL_DAYS), 0)
