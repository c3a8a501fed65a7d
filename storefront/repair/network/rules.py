"""What holds for repairers: where they stand, how far they are, and what their record says of them."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import numpy as np
import numpy.typing as npt

# The catalogue's categories of the first day: those whose repairs have faults, prices and bonuses.
CATEGORIES = (
    "smartphones",
    "tablets",
    "laptops",
    "desktops",
    "monitors",
    "consoles",
    "watches",
    "audio",
    "e-readers",
    "tvs",
    "appliances",
)
# Whatever is none of them: things of categories that a shop's own people made.
ELSE = "other"
# What a repairer can say that it repairs.
REPAIRED_THINGS = (*CATEGORIES, ELSE)
# How a device comes to its repairer.
WAYS = DROP_OFF, MAIL_IN, AT_HOME = ("drop_off", "mail_in", "at_home")
# Listed: read from a public directory, never looked at by us. Customers are shown verified ones only.
STANDINGS = APPLIED, LISTED, VERIFIED, SUSPENDED, REFUSED = (
    "applied",
    "listed",
    "verified",
    "suspended",
    "refused",
)
# What operators do about a repairer, and where each may begin. Renewing also brings back who has lapsed.
VERIFY, REFUSE, SUSPEND, RESTORE, RENEW = MOVES = ("verify", "refuse", "suspend", "restore", "renew")
MOVES_FROM: Mapping[str, tuple[str, ...]] = {
    VERIFY: (APPLIED, LISTED, REFUSED),
    REFUSE: (APPLIED,),
    SUSPEND: (VERIFIED,),
    RESTORE: (SUSPENDED,),
    RENEW: (VERIFIED,),
}
MOVES_TO: Mapping[str, str] = {
    VERIFY: VERIFIED,
    REFUSE: REFUSED,
    SUSPEND: SUSPENDED,
    RESTORE: VERIFIED,
    RENEW: VERIFIED,
}
# What an operator looks at before anybody is shown to customers; the label's proof only where one is claimed.
REGISTER, INSURANCE, ADDRESS, PRICES, BONUS = CHECKS = ("register", "insurance", "address", "prices", "bonus")
CHECKED_MOVES = (VERIFY, RENEW)
# Somebody's words about somebody else come with it.
REASONED_MOVES = (REFUSE, SUSPEND)
# How long a verification lasts, and how long before its end the repairer and the desk are reminded.
VERIFIED_FOR = timedelta(days=365)
REMIND_BEFORE = timedelta(days=30)

# The earth as a ball of the same volume (IUGG, R3), in kilometres.
EARTH_KM = 6371.0008
# How far away a repairer still is "near", in kilometres: about an hour by car.
REACH_KM = 60.0
# Distances that nobody chooses by: within one step, quality decides. Upper ends, in kilometres.
STEPS_KM = (1.0, 2.0, 5.0, 10.0, 20.0, 35.0, REACH_KM)

# How a referral ended, in bad repairs. What isn't a repairer's doing (a customer who never came) leaves no entry.
OUTCOME_WEIGHTS: Mapping[str, float] = {
    "repaired": 0.0,
    # An honest "it can't be saved" is no fault, but it is less than a repair.
    "not_repairable": 0.2,
    # Said at once, and the customer goes elsewhere; more than a few of them waste people's time.
    "declined": 0.3,
    # Seven days of silence.
    "expired": 1.0,
    # When the first yes or no came, whichever it was: an entry of its own.
    "answered": 0.0,
    "answered_late": 0.5,
    # What a customer gave at the end: an entry of its own.
    "rated_5": 0.0,
    "rated_4": 0.1,
    "rated_3": 0.4,
    "rated_2": 0.8,
    "rated_1": 1.0,
}
OUTCOMES = tuple(OUTCOME_WEIGHTS)
# An answer within it is in time: a repairer isn't reminded before.
ANSWERED_WITHIN = timedelta(days=2)
# Prices of fewer repairers than this are somebody's price, and no range; older ones are another year's.
ENOUGH_PRICES = 3
PRICES_COUNT_FOR = timedelta(days=2 * 365)
# What a range leaves out at each end: the odd friend's price, the odd typing error.
_ODD = 0.1


def category_of(slug: str) -> str:
    """What repairers know a category of the catalogue by; one that they don't know is something else."""
    return slug if slug in CATEGORIES else ELSE


@dataclass(frozen=True, slots=True)
class Point:
    """A place on earth, in degrees (WGS 84)."""

    lat: float
    lon: float


def kilometres(a: Point, b: Point) -> float:
    """The distance between two points as the crow flies."""
    return float(kilometres_to(a, np.array([b.lat]), np.array([b.lon]))[0])


def kilometres_to(
    point: Point, lats: npt.NDArray[np.float64], lons: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """The distances from `point` to each of many, by the haversine formula."""
    lat, other = math.radians(point.lat), np.radians(lats)
    half = (
        np.sin((other - lat) / 2) ** 2
        + math.cos(lat) * np.cos(other) * np.sin(np.radians(lons - point.lon) / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


@dataclass(frozen=True, slots=True)
class Box:
    """Between two parallels and some meridians, in degrees; two spans where it lies across the 180th."""

    south: float
    north: float
    lons: tuple[tuple[float, float], ...]

    @classmethod
    def around(cls, point: Point, radius: float) -> "Box":
        """The smallest box that holds all within `radius` kilometres of `point`."""
        angle = radius / EARTH_KM
        south, north = point.lat - math.degrees(angle), point.lat + math.degrees(angle)
        if south <= -90 or north >= 90:
            # All meridians meet within the circle.
            return cls(max(south, -90.0), min(north, 90.0), ((-180.0, 180.0),))
        wide = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(point.lat)))))
        return cls(south, north, _spans(point.lon, wide))

    @classmethod
    def inside(cls, point: Point, radius: float) -> "Box":
        """A box that holds nothing further than `radius` kilometres from `point`."""
        # Its corners are the furthest; a hundredth less than half the circle's square stays clear of roundings.
        half = math.degrees(0.99 * radius / math.sqrt(2) / EARTH_KM)
        south, north = max(point.lat - half, -90.0), min(point.lat + half, 90.0)
        nearest_to_equator = 0.0 if south <= 0 <= north else min(abs(south), abs(north))
        wide = half / max(math.cos(math.radians(nearest_to_equator)), 1e-9)
        return cls(south, north, _spans(point.lon, min(wide, 180.0)))


def _spans(lon: float, wide: float) -> tuple[tuple[float, float], ...]:
    west, east = lon - wide, lon + wide
    if wide >= 180:
        return ((-180.0, 180.0),)
    if west < -180:
        return ((-180.0, east), (west + 360, 180.0))
    if east > 180:
        return ((west, 180.0), (-180.0, east - 360))
    return ((west, east),)


def nearest_first(
    ids: npt.NDArray[np.int64], away: npt.NDArray[np.float64], stars: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The order of a list of repairers: by step of distance, in a step by stars, then the nearest, then by id."""
    return np.lexsort((ids, away, -stars, np.searchsorted(STEPS_KM, away)))


def answer(after: timedelta) -> str:
    """The outcome that an answer is which came so long after the question."""
    return "answered" if after <= ANSWERED_WITHIN else "answered_late"


def prices_of_each(prices: Iterable[tuple[int, int, int]]) -> list[tuple[float, float]]:
    """(from, to) of each repairer in minor units, out of many (repairer, from, to): what it says that a repair costs,
    and what it was paid.

    Each has one voice, the median of its own, however many devices it repaired.
    """
    by_repairer: dict[int, list[tuple[int, int]]] = {}
    for repairer, low, high in prices:
        by_repairer.setdefault(repairer, []).append((low, high))
    return [
        (median(low for low, _high in own), median(high for _low, high in own))
        for own in by_repairer.values()
    ]


def price_span(lows: npt.NDArray[np.float64], highs: npt.NDArray[np.float64]) -> tuple[int, int, int]:
    """(low, median, high) of what repairers ask, each from a low to a high price, in minor units.

    The tenth at each end is left out. Ten repairers who ask 50 to 60, and one who asks 1 to 9999: 50, 55, 60.
    """
    low, high = np.quantile(lows, _ODD), np.quantile(highs, 1 - _ODD)
    middle = np.median((lows + highs) / 2)
    return round(float(low)), round(float(min(max(middle, low), high))), round(float(high))


def is_shown(standing: str, verified_until: date | None, today: date) -> bool:
    """Whether customers are shown this repairer: verified, and not longer ago than a verification lasts."""
    return standing == VERIFIED and verified_until is not None and verified_until >= today


def moves_from(standing: str) -> tuple[str, ...]:
    """What may be done about a repairer of this standing."""
    return tuple(move for move in MOVES if standing in MOVES_FROM[move])


def checks_of(*, bonus_label: bool) -> tuple[str, ...]:
    """What must be ticked to verify a repairer or to renew."""
    return CHECKS if bonus_label else tuple(check for check in CHECKS if check != BONUS)


def verified_until_after(move: str, verified_until: date | None, today: date) -> date | None:
    """How long a verification counts after one of `MOVES`.

    Renewing early loses no day of what is left. Restoring brings back what there was, be it over by now.
    """
    if move == VERIFY:
        return today + VERIFIED_FOR
    if move == RENEW:
        return max(verified_until or today, today) + VERIFIED_FOR
    return verified_until
