"""When things happened to the demo's orders: whatever the hour at which the shop is loaded."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from storefront.core.clock import local_day
from storefront.demo.lives import FATES, Fate, Hours, Journey, Step, placed_at, steps
from storefront.orders.dates import send_by
from storefront.orders.rules import STATES

ZONE = "Europe/Paris"
WEEK = timedelta(days=7)
# Every fifth hour for a week: by night, on a Sunday, on a Monday before anybody works.
LOOKS = [datetime(2026, 11, 16, 0, 10, tzinfo=UTC) + timedelta(hours=5 * n) for n in range(34)]
JOURNEYS = [Journey(1, 3), Journey(5, 3), Journey(2, 1)]


def live(fate: Fate, now: datetime, window: timedelta = WEEK, seed: int = 1) -> tuple[datetime, list[Step]]:
    """One order of this fate: when it was placed, and what happened to it."""
    hours = Hours(now, ZONE, Random(seed))
    placed = placed_at(fate, seed % fate.orders, window, hours)
    journeys = [Journey(3, 0)] if fate.pickup else JOURNEYS[:1] if fate.single else JOURNEYS
    return placed, steps(fate, placed, placed + window, journeys, hours)


@pytest.mark.parametrize("now", LOOKS, ids=lambda now: f"{now:%a-%H}")
def test_everything_happens_in_order_and_nothing_in_the_future(now: datetime):
    for fate in FATES:
        placed, happened = live(fate, now)
        moments = [placed, *(step.at for step in happened), now]
        assert all(earlier < later for earlier, later in pairwise(moments)), fate
        skipped = {"pay"} if fate.at_counter else set()
        assert {step.verb for step in happened} - {"accept", "ship", "deliver"} <= set(fate.verbs)
        assert {step.verb for step in happened} >= set(fate.verbs) - skipped


@pytest.mark.parametrize(
    "window", [timedelta(days=1), WEEK, timedelta(days=30)], ids=lambda w: f"{w.days}-days"
)
def test_who_has_not_paid_still_has_time(window: timedelta):
    for now in LOOKS:
        for fate in FATES:
            placed, happened = live(fate, now, window)
            if (fate.at_counter and "deliver" not in fate.verbs) or not fate.verbs:
                assert placed + window > now, fate
            if "expire" in fate.verbs:
                assert [step.verb for step in happened] == ["expire"]
                assert placed + window < happened[0].at < now


def test_careless_sellers_are_overdue_and_others_are_not():
    overdue = [fate for fate in FATES if fate.careless and fate.verbs[-1] in ("pay", "accept")]
    fresh = [fate for fate in FATES if not fate.careless and fate.verbs == ("pay",)]
    assert sum(fate.orders for fate in overdue) == 3
    for now in LOOKS:
        for fate in overdue + fresh:
            _, happened = live(fate, now)
            paid = next(step.at for step in happened if step.verb == "pay")
            promised = send_by(local_day(paid, ZONE), 4 if fate.careless else 2)
            assert (promised < local_day(now, ZONE)) == fate.careless


def test_parcels_leave_when_it_was_promised_except_the_slow_sellers():
    on_time = Counter[bool]()
    for seed in range(40):
        for fate in FATES:
            if fate.verbs == ("pay", "accept", "ship", "deliver"):
                placed, happened = live(fate, LOOKS[12], seed=seed)
                begun = next((step.at for step in happened if step.verb == "pay"), placed)
                sent = next(step for step in happened if step.verb == "ship")
                handling = 3 if fate.pickup else JOURNEYS[sent.parcel or 0].handling_days
                late = local_day(sent.at, ZONE) > send_by(local_day(begun, ZONE), handling)
                assert late or not fate.slow
                if not fate.slow:
                    on_time[not late] += 1
    assert on_time[True] > 20 * on_time[False]


def test_sellers_work_by_day_and_people_shop_in_the_evening():
    at_work, shopping = Counter[int](), Counter[int]()
    days = set[date]()
    for seed in range(60):
        for fate in FATES:
            placed, happened = live(fate, LOOKS[12], seed=seed)
            days.add(placed.date())
            shopping[placed.astimezone(ZoneInfo(ZONE)).hour] += 1
            for step in happened:
                if step.verb in ("pay", "accept", "ship", "return"):
                    at_work[step.at.astimezone(ZoneInfo(ZONE)).hour] += 1
    assert sum(at_work[hour] for hour in range(8, 18)) > 0.98 * at_work.total()
    assert shopping[21] > shopping[15] > 5 * shopping[3]
    assert len(days) >= 30


def test_all_that_can_happen_to_an_order_happens():
    """What leads to each state: the table of transitions has no other way there."""
    verbs = {verb for fate in FATES for verb in fate.verbs}
    assert verbs >= {
        "pay",
        "accept",
        "ship",
        "deliver",
        "cancel",
        "refuse",
        "withdraw",
        "return",
        "refund",
        "expire",
    }
    assert {fate.verbs for fate in FATES} >= {(), ("pay",), ("pay", "accept"), ("pay", "accept", "ship")}
    assert len(STATES) == 9
    assert 55 <= sum(fate.orders for fate in FATES) <= 65
