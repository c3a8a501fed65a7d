"""The seller's quality: from what happened to past order lines to the risk of the next one.

Method and figures: DESIGN section 5; the trials there gave a rank correlation of 0.48 with the true rate, against 0.37
for the raw rate.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import numpy as np

STANDINGS = PROBATION, ACTIVE, SUSPENDED = ("probation", "active", "suspended")
# What operators do to a seller's standing; what restoring leads to is where it stood before.
SUSPEND, RESTORE, CONFIRM = MOVES = ("suspend", "restore", "confirm")
# Where each may begin.
MOVES_FROM = {SUSPEND: (PROBATION, ACTIVE), RESTORE: (SUSPENDED,), CONFIRM: (PROBATION,)}
# A record of so many lines says more than the market's average does.
ENOUGH_LINES = 30
# What offers name a seller by, and addresses may hold.
SLUG = re.compile("[a-z0-9]+(-[a-z0-9]+)*")

# How bad each ending of an order line is for its buyer, in bad lines.
OUTCOME_WEIGHTS = {
    "good": 0.0,
    "late": 0.5,  # an annoyance, and the device is fine
    "cancelled": 0.7,  # the buyer has to start again
    "wrong_grade": 1.0,
    "defect": 1.0,
}
OUTCOMES = tuple(OUTCOME_WEIGHTS)

# The rolling window of the record, in days.
WINDOW_DAYS = 365
# `risk` is this quantile of what the seller's true rate may be: few orders mean wide doubt, and doubt counts against.
RISK_QUANTILE = 0.80
# What a market with too few sellers to learn from is taken to be: 4 % bad lines, known as well as from 50 lines.
PRIOR_OF_AN_EMPTY_MARKET = (2.0, 48.0)
# The prior is never worth fewer or more lines than these, so that no odd market makes newcomers perfect or hopeless.
PRIOR_STRENGTH = (10.0, 200.0)

# Stars of quality by risk: at most this risk for this many stars. The words for them stand in `labels.py`.
STARS = ((0.015, 5), (0.03, 4), (0.06, 3), (0.10, 2), (1.0, 1))

# Sellers of at least this many stars are what the shop shows to those who asked for nothing in particular.
TRUSTED_STARS = 4
TRUSTED_RISK = next(limit for limit, count in STARS if count == TRUSTED_STARS)


@dataclass(frozen=True, slots=True)
class Record:
    """A seller's finished lines in the window, and the weighted number of bad ones among them."""

    finished: int
    bad: float


def market_prior(records: Sequence[Record]) -> tuple[float, float]:
    """(a, b) of the Beta distribution that the sellers' true bad rates seem to be drawn from.

    Empirical Bayes by moments: the variance between sellers that their sample sizes don't explain.
    """
    told = [record for record in records if record.finished >= 20]
    if len(told) < 5:
        return PRIOR_OF_AN_EMPTY_MARKET
    sizes = np.array([record.finished for record in told], dtype=float)
    rates = np.array([record.bad for record in told]) / sizes
    mean = float(np.clip(rates.mean(), 0.001, 0.5))
    noise = float((mean * (1 - mean) / sizes).mean())
    spread = max(float(rates.var(ddof=1)) - noise, 1e-9)
    strength = float(np.clip(mean * (1 - mean) / spread - 1, *PRIOR_STRENGTH))
    return mean * strength, (1 - mean) * strength


def risk(record: Record, prior: tuple[float, float]) -> float:
    """The bad rate that the seller's true one stays under with 80 % certainty, in (0, 1).

    The quantile of Beta(bad + a, finished - bad + b), by summing its density over the log-odds: there it is smooth,
    whatever a and b.
    """
    a = record.bad + prior[0]
    b = max(record.finished - record.bad, 0.0) + prior[1]
    # Far enough from the middle that nothing is cut off: x below it lies some exp(-a * x) of the whole, x above it
    # some exp(-b * x) or less.
    middle = np.log(a / b)
    log_odds = np.linspace(middle - max(14.0, 12.0 / a), middle + max(14.0, 12.0 / b), 8193)
    log_density = -a * np.logaddexp(0.0, -log_odds) - b * np.logaddexp(0.0, log_odds)
    density = np.exp(log_density - log_density.max())
    # Each step's share up to its middle, which is where the step stands.
    cumulated = np.cumsum(density) - density / 2
    place = float(np.interp(RISK_QUANTILE, cumulated / density.sum(), log_odds))
    return 1.0 / (1.0 + float(np.exp(-place)))


def drawn_risk(record: Record, prior: tuple[float, float], *, seller_id: int, day: date) -> float:
    """A bad rate that the seller may well have, in (0, 1): drawn from what its record leaves possible.

    The same for everybody all day, and another one tomorrow: with luck, a newcomer is taken for better than the
    careful `risk` says, and can show what it is worth.
    """
    dice = Random(f"newcomer/{seller_id}/{day.isoformat()}")
    good = max(record.finished - record.bad, 0.0)
    return min(max(dice.betavariate(record.bad + prior[0], good + prior[1]), 1e-6), 1 - 1e-6)


def stars(seller_risk: float) -> int:
    """From 1 (poor) to 5 (outstanding)."""
    return next(count for limit, count in STARS if seller_risk <= limit)


def moves_from(standing: str) -> tuple[str, ...]:
    """What may be done to a seller of this standing."""
    return tuple(move for move in MOVES if standing in MOVES_FROM[move])


def room_for(standing: str, *, open_units: int, cap: int) -> int | None:
    """How many more units a seller may have on their way to buyers, `open_units` being on it; none where any number.

    How a newcomer serves is known when its first parcels have come, or haven't: until then, `cap` units are the most
    that buyers can be let down by. `market_prior` bounds how well it is placed, and this how much is entrusted to it.
    Of 20 with 18 under way: 2. Suspended: 0.
    """
    if standing == SUSPENDED:
        return 0
    return max(0, cap - open_units) if standing == PROBATION else None


def has_proved_itself(record: Record, prior: tuple[float, float]) -> bool:
    """Whether probation has done its work: lines enough, and a risk below the one that newcomers begin with."""
    return record.finished >= ENOUGH_LINES and risk(record, prior) < risk(Record(0, 0.0), prior)


@dataclass(frozen=True, slots=True)
class DayOutcomes:
    """How many lines of a seller ended so on a day."""

    day: date
    outcome: str
    count: int


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a seller's record (from `first`), and its risk as the month ended (or today, in the last one).

    `risk` is worked out with today's prior, so that it moves by the seller's own lines alone.
    """

    first: date
    record: Record
    risk: float


def record_until(days: Iterable[DayOutcomes], last: date, *, since: date | None = None) -> Record:
    """The record of the rolling window that ends with `last`, or of what began with `since`."""
    first = since or last - timedelta(days=WINDOW_DAYS - 1)
    within = [day for day in days if first <= day.day <= last]
    return Record(
        sum(day.count for day in within), sum(day.count * OUTCOME_WEIGHTS[day.outcome] for day in within)
    )


def months(
    days: Sequence[DayOutcomes], prior: tuple[float, float], *, today: date, count: int
) -> list[Month]:
    """The last `count` calendar months, this one included."""
    found = []
    last, first = today, today.replace(day=1)
    for _ in range(count):
        at_end = risk(record_until(days, last), prior)
        found.append(Month(first, record_until(days, last, since=first), at_end))
        last = first - timedelta(days=1)
        first = last.replace(day=1)
    return found[::-1]
