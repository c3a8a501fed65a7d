from datetime import UTC, date, datetime

import pytest

from storefront.core.clock import local_day
from storefront.orders.dates import (
    add_months,
    add_working_days,
    delivery_window,
    end_of_day,
    legal_guarantee_until,
    send_by,
    travel_window,
    withdrawal_until,
)

# March 2026: the 2nd is a Monday.
MONDAY, FRIDAY, SATURDAY, SUNDAY = (date(2026, 3, day) for day in (2, 6, 7, 8))


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (MONDAY, 0, MONDAY),
        (MONDAY, 1, date(2026, 3, 3)),
        (MONDAY, 5, date(2026, 3, 9)),
        (FRIDAY, 1, date(2026, 3, 9)),
        (SATURDAY, 0, date(2026, 3, 9)),
        (SUNDAY, 1, date(2026, 3, 10)),
        (MONDAY, 10, date(2026, 3, 16)),
    ],
)
def test_working_days_skip_weekends(start, days, expected):
    assert add_working_days(start, days) == expected


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
    ],
)
def test_months_end_where_the_month_does(start, months, expected):
    assert add_months(start, months) == expected


def test_the_law_gives_two_years():
    assert legal_guarantee_until(date(2026, 3, 2)) == date(2028, 3, 2)


@pytest.mark.parametrize(
    ("delivered", "until"),
    [
        (date(2026, 3, 2), date(2026, 3, 16)),
        (date(2026, 3, 6), date(2026, 3, 20)),
        (date(2026, 3, 7), date(2026, 3, 23)),  # the 21st is a Saturday
        (date(2026, 3, 8), date(2026, 3, 23)),
    ],
)
def test_fourteen_days_that_never_end_on_a_weekend(delivered, until):
    assert withdrawal_until(delivered) == until


@pytest.mark.parametrize(
    ("handling", "travel", "window"),
    [(2, 3, (4, 5)), (0, 3, (2, 3)), (2, 1, (3, 3)), (2, 0, (2, 2)), (0, 0, (0, 0))],
)
def test_arrival_in_working_days(handling, travel, window):
    assert travel_window(handling, travel) == window


def test_what_is_promised_on_a_friday():
    assert send_by(FRIDAY, 2) == date(2026, 3, 10)
    assert delivery_window(FRIDAY, 2, 3) == (date(2026, 3, 12), date(2026, 3, 13))


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        (datetime(2026, 3, 2, 9, 30, tzinfo=UTC), datetime(2026, 3, 2, 22, 59, 59, tzinfo=UTC)),
        (datetime(2026, 3, 2, 23, 30, tzinfo=UTC), datetime(2026, 3, 3, 22, 59, 59, tzinfo=UTC)),
        (datetime(2026, 7, 2, 9, 30, tzinfo=UTC), datetime(2026, 7, 2, 21, 59, 59, tzinfo=UTC)),
    ],
)
def test_what_holds_until_a_day_holds_until_its_end(moment, end):
    assert end_of_day(moment, "Europe/Paris") == end


def test_a_day_ends_where_the_shop_is():
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert local_day(late, "Europe/Paris") == date(2026, 3, 3)
    assert local_day(late, "Atlantic/Azores") == date(2026, 3, 2)
