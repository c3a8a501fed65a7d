"""What becomes of the demo shop's orders, and when: pure, and repeatable but for the hour at which one looks.

Each order has a fate, which says what happened so far. Between its placing and now, that finds its time: people order
at night, sellers work by day, parcels arrive when their promises say, and nothing happens in the future.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain
from random import Random
from zoneinfo import ZoneInfo

from ..core.clock import local_day
from ..orders.dates import add_working_days, send_by

# Orders in which money is awaited are so much younger, where the shop waits for less than this many days.
USUAL_WINDOW = timedelta(days=7)
# Draws of a moment before it is put off by a day, and how often it is.
TRIES = 60
DAYS_PUT_OFF = 3

# What moves a single parcel forward, and what may happen to an order's only one besides.
FORWARD = ("accept", "ship", "deliver")
AFTERWARDS = ("cancel", "refuse", "withdraw", "return", "refund")
# Hours between one thing and the next, earliest and latest.
LAGS = {
    "pay": (0.5, 30.0),
    "accept": (0.5, 18.0),
    "cancel": (0.5, 4.0),
    "refuse": (2.0, 24.0),
    "withdraw": (20.0, 120.0),
    "return": (48.0, 120.0),
    "refund": (1.0, 72.0),
}


@dataclass(frozen=True, slots=True)
class Fate:
    """`orders` orders to which `verbs` happened, placed between `ages` days ago.

    An order that was not paid in time (`expire`) is older by the time it had. `slow` sellers send after the day that
    they promised; who is `careless` is the kind of seller that it happens to. `single`: one parcel, one line.
    """

    orders: int
    ages: tuple[float, float]
    verbs: tuple[str, ...] = ()
    pickup: bool = False
    at_counter: bool = False
    slow: bool = False
    careless: bool = False
    single: bool = True


FATES = (
    Fate(25, (6, 35), ("pay", "accept", "ship", "deliver"), single=False),
    Fate(2, (15, 30), ("pay", "accept", "ship", "deliver"), slow=True, careless=True),
    Fate(1, (8, 20), ("pay", "accept", "ship", "deliver"), pickup=True),
    Fate(6, (2.5, 6.5), ("pay", "accept", "ship"), single=False),
    Fate(4, (1.2, 2), ("pay", "accept"), single=False),
    Fate(4, (0.6, 1.4), ("pay",), single=False),
    # Overdue: their sellers should have sent them days ago.
    Fate(2, (11, 14), ("pay",), careless=True),
    Fate(1, (11, 14), ("pay", "accept"), careless=True),
    Fate(5, (0.03, 4.5), single=False),
    Fate(1, (1, 4), ("expire",)),
    # Its money, and that of the refused and the returned one, is still to be paid back.
    Fate(1, (3, 4), ("pay", "cancel")),
    Fate(1, (4, 6), ("pay", "refuse"), careless=True),
    Fate(1, (10, 13), ("pay", "accept", "ship", "deliver", "withdraw")),
    Fate(1, (18, 21), ("pay", "accept", "ship", "deliver", "withdraw", "return")),
    Fate(1, (28, 34), ("pay", "accept", "ship", "deliver", "withdraw", "return", "refund")),
    Fate(1, (28, 34), ("pay", "accept", "ship", "deliver", "return", "refund"), careless=True),
    Fate(1, (0.1, 0.6), pickup=True, at_counter=True),
    Fate(2, (2, 4), ("pay", "accept", "ship"), pickup=True, at_counter=True),
    Fate(2, (6, 30), ("pay", "accept", "ship", "deliver"), pickup=True, at_counter=True),
)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens to an order `at` a time; to one of its `parcel`s, by its position, or to the whole."""

    at: datetime
    verb: str
    parcel: int | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """What a seller promises about a parcel, in working days: until it is sent, and how long it then travels."""

    handling_days: int
    travel_days: int


def shopping(local: datetime) -> float:
    """How likely somebody shops at this hour: at noon, and most of all in the evening."""
    if local.hour < 7:
        return 0.02
    return 1.0 if 20 <= local.hour <= 22 else 0.8 if local.hour in (12, 13, 18, 19) else 0.5


def working(local: datetime) -> float:
    """How likely somebody works at this hour: on weekdays by day, and here and there on a Saturday morning."""
    if local.weekday() < 5:
        return 1.0 if 8 <= local.hour < 18 else 0.0
    return 0.3 if local.weekday() == 5 and 9 <= local.hour < 13 else 0.0


@dataclass(frozen=True, slots=True)
class Hours:
    """Draws moments up to `now` by the hours that people keep in `zone`."""

    now: datetime
    zone: str
    random: Random

    def moment(
        self, after: datetime, first: datetime, last: datetime, rhythm: Callable[[datetime], float]
    ) -> datetime:
        """Between `first` and `last` at an hour that suits, or some days later; after `after`, and never after now."""
        if last <= after:
            last = after + timedelta(days=1)
        drawn = after
        for days in range(1 + DAYS_PUT_OFF):
            end = min(last + timedelta(days=days), self.now)
            start = max(first, after) if first < end else after
            for _ in range(TRIES):
                drawn = start + (end - start) * self.random.uniform(0.02, 0.98)
                if self.random.random() < rhythm(drawn.astimezone(ZoneInfo(self.zone))):
                    return drawn
        return drawn

    def later(
        self, after: datetime, lag: tuple[float, float], rhythm: Callable[[datetime], float]
    ) -> datetime:
        """Between so many hours after `after`."""
        first, last = (after + timedelta(hours=hours) for hours in lag)
        return self.moment(after, first, last, rhythm)

    def local(self, moment: datetime, days: int, hour: int) -> datetime:
        """That hour of the day that is so many working days after the local day of `moment`."""
        day = add_working_days(local_day(moment, self.zone), days)
        return datetime.combine(day, time(hour), ZoneInfo(self.zone))


def placed_at(fate: Fate, nth: int, window: timedelta, hours: Hours) -> datetime:
    """When the `nth` order with this fate (from 0) was placed, which had `window` to be paid.

    Each has its own part of the fate's days, so that they don't gather.
    """
    youngest, oldest = (timedelta(days=days) for days in fate.ages)
    if "expire" in fate.verbs:
        youngest, oldest = youngest + window, oldest + window
    elif fate.at_counter or not fate.verbs:
        share = min(window / USUAL_WINDOW, 1.0)
        youngest, oldest = youngest * share, oldest * share
    parts = max(1, min(fate.orders, (oldest - youngest).days))
    part = (oldest - youngest) / parts
    last = hours.now - youngest - part * (nth % parts)
    return hours.moment(last - part, last - part, last, shopping)


def steps(
    fate: Fate, placed: datetime, pay_by: datetime, journeys: Sequence[Journey], hours: Hours
) -> list[Step]:
    """All that happened to the order since it was placed, in the order of time."""
    if "expire" in fate.verbs:
        return [Step(pay_by + timedelta(seconds=40), "expire")]
    found = []
    begun = placed
    if "pay" in fate.verbs and not fate.at_counter:
        begun = hours.later(placed, LAGS["pay"], working)
        found.append(Step(begun, "pay"))
    found += chain.from_iterable(
        _way(fate, position, len(journeys), journey, begun, hours)
        for position, journey in enumerate(journeys)
    )
    last = max((step.at for step in found), default=placed)
    for verb in (verb for verb in AFTERWARDS if verb in fate.verbs):
        last = hours.later(last, LAGS[verb], shopping if verb in ("cancel", "withdraw") else working)
        found.append(Step(last, verb, 0))
    return sorted(found, key=lambda step: step.at)


def _way(
    fate: Fate, position: int, parcels: int, journey: Journey, begun: datetime, hours: Hours
) -> Iterator[Step]:
    """How one parcel gets along from when its seller may begin. Of several, the first is a step ahead."""
    verbs = [verb for verb in FORWARD if verb in fate.verbs]
    if parcels > 1 and position == 0 and "pay" in fate.verbs:
        verbs = list(FORWARD[: len(verbs) + 1])
    at = begun
    for verb in verbs:
        if verb == "accept":
            at = hours.later(at, LAGS["accept"], working)
        elif verb == "ship":
            at = _sent(fate, journey, begun, at, hours)
        else:
            days = journey.travel_days
            at = hours.moment(
                at, hours.local(at, max(1, days - 1), 9), hours.local(at, max(1, days), 18), working
            )
        yield Step(at, verb, position)


def _sent(fate: Fate, journey: Journey, begun: datetime, accepted: datetime, hours: Hours) -> datetime:
    """By the promised day, or after it if the seller is slow."""
    promised = send_by(local_day(begun, hours.zone), journey.handling_days)
    evening = datetime.combine(promised, time(17, 30), ZoneInfo(hours.zone))
    if fate.slow:
        return hours.moment(accepted, evening + timedelta(hours=14), evening + timedelta(days=4), working)
    return hours.moment(accepted, accepted + timedelta(hours=1), evening, working)
