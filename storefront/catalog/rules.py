"""Grades, prices worth paying, and words about them: the pure part of the catalogue."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..sellers.rules import ENOUGH_LINES, STARS, Record

# Looks only, best first; every device works fully whatever its grade.
GRADES = ("premium", "excellent", "good", "fair")
VAT_SCHEMES = ("margin", "standard")

# The battery that a grade promises where the seller measured none (percent of the capacity when new). The trade's
# common floor is 80 %; eBay asks 85 % of Excellent, Swappie 100 % of Premium (terms of both shops, 2024).
BATTERY_FLOOR = {"premium": 90, "excellent": 85, "good": 80, "fair": 80}

# What a bad order costs its buyer, in prices. At 4 the first place goes to the cheapest offer in 61 % of cases, costs
# 2 % more than the cheapest, and halves the defects (simulation in DESIGN section 5).
HARM = 4.0
# Under this share of the usual price, being cheaper still is no advantage: it is more often a catch than a gift.
PRICE_FLOOR = 0.70
# Between different devices, sellers of at most this risk (five stars) count alike: see ADR 9.
OUTSTANDING_RISK = min(limit for limit, _count in STARS)
# From so many percent on, a comparison with the cheapest offer says more about that one than about the first.
FAR_DEARER = 30
# How sharply value falls as the cost rises above the usual price.
STEEPNESS = 0.15
# With one product and grade in so many, newcomers have their turn. In a simulation of 180 days a bound on the risk
# alone let 2 % of good newcomers reach 30 orders, one place in ten 65 %, with a draw 72 % (DESIGN section 5).
TURN_SHARE = 10

Array = NDArray[np.float64]


def cost(price: Array | float, usual: Array | float, risk: Array | float) -> Array:
    """What an offer is likely to cost in the end: its price, not counted below the floor, and the trouble it may bring.

    Worked example: 300.00 where 320.00 is usual, from a seller with 3 % risk: 300 * (1 + 4 * 0.03) = 336.00.
    """
    return np.maximum(price, PRICE_FLOOR * np.asarray(usual, dtype=np.float64)) * (
        1.0 + HARM * np.asarray(risk)
    )


def value(price: Array | float, usual: Array | float, risk: Array | float) -> Array:
    """Value for money in (0, 1): 0.5 where the likely cost is the usual price, more below it, less above.

    `usual` is the median price of the offers in stock for the same product and grade; units cancel out.
    """
    return _worth(cost(price, usual, risk) / np.asarray(usual, dtype=np.float64))


def list_value(price: Array | float, usual: Array | float, risk: Array | float) -> Array:
    """The value in (0, 1) by which cards of different devices are ordered; `value` orders the offers of one card.

    How far an offer is under the usual price of its own device says nothing for it against another device: so a
    price under the usual one counts as the usual one, and five stars are five stars.
    Worked example: 300.00 where 320.00 is usual, at 3 % risk, counts as 320 * (1 + 4 * 0.03) = 358.40.
    """
    ratio = np.maximum(price / np.asarray(usual, dtype=np.float64), 1.0)
    return _worth(ratio * (1.0 + HARM * np.maximum(risk, OUTSTANDING_RISK)))


def _worth(ratio: Array) -> Array:
    """A likely cost, in usual prices, as a value in (0, 1)."""
    # Written over the log so that an absurd price underflows to 0 instead of overflowing.
    return 1.0 / (1.0 + np.exp(np.minimum(np.log(ratio) / STEEPNESS, 700.0)))


@lru_cache(maxsize=20_000)
def slugify(text: str, longest: int = 1_000) -> str:
    """`iPhone 13 Pro · 128 GB` -> `iphone-13-pro-128-gb`; empty where nothing of it is a letter or digit.

    One of more than `longest` characters (a `+` becomes a word) ends in a digest of its whole, to stay its own.
    """
    plain = unicodedata.normalize("NFKD", text.replace("+", " plus ")).encode("ascii", "ignore").decode()
    return shortened(re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-"), longest)


def title_slug(title: str, longest: int = 1_000) -> str:
    """The slug of a title; what is written in other letters than Latin ones ends in a digest, to stay its own."""
    if not any(sign.isalnum() and not sign.isascii() and not _is_latin(sign) for sign in title):
        return slugify(title, longest)
    digest = hashlib.blake2b(title.casefold().encode(), digest_size=6).hexdigest()
    return "-".join(part for part in (slugify(title, longest - 13), digest) if part)


def _is_latin(sign: str) -> bool:
    return "LATIN" in unicodedata.name(sign, "")


def shortened(text: str, longest: int) -> str:
    """`text` itself, or its beginning with a digest of its whole, at most `longest` characters."""
    if len(text) <= longest:
        return text
    digest = hashlib.blake2b(text.encode(), digest_size=6).hexdigest()
    return f"{text[: longest - 13].rstrip('-')}-{digest}"


def updates_state(security_until: date | None, today: date, supported_on: date | None = None) -> str:
    """`unknown`, `supported` (with no end announced), `ended`, `ending` (within a year) or `running`."""
    if security_until is None:
        return "supported" if supported_on else "unknown"
    if security_until < today:
        return "ended"
    return "ending" if (security_until - today).days <= 365 else "running"


def product_title(model_name: str, storage_gb: int | None, colour: str) -> str:
    """`iPhone 13 128 GB midnight`: the words a product is found by; pages write it in the reader's language."""
    return " ".join(part for part in (model_name, storage_words(storage_gb, "GB", "TB"), colour) if part)


def storage_words(storage_gb: int | None, gigabytes: str, terabytes: str) -> str:
    """`128 GB`, `1 TB`, in the units' own words; empty without a storage. Makers count 1,000 or 1,024 GB as one TB."""
    for thousand in (1024, 1000):
        if storage_gb and storage_gb % thousand == 0:
            return f"{storage_gb // thousand} {terabytes}"
    return f"{storage_gb} {gigabytes}" if storage_gb else ""


def usual_prices(cards: NDArray[np.int64], prices: Array) -> Array:
    """For each offer the median price of the offers of its card (same product and grade); same units as `prices`.

    `cards` holds a number per offer, equal for offers of one card. Worked example: cards [1, 1, 1, 2] at
    [100, 300, 140, 90] give [140, 140, 140, 90].
    """
    if not len(cards):
        return np.zeros(0)
    order = np.lexsort((prices, cards))
    sorted_cards, sorted_prices = cards[order], prices[order]
    starts = np.flatnonzero(np.append(True, sorted_cards[1:] != sorted_cards[:-1]))
    counts = np.diff(np.append(starts, len(cards)))
    medians = (sorted_prices[starts + (counts - 1) // 2] + sorted_prices[starts + counts // 2]) / 2
    result = np.empty(len(cards))
    result[order] = np.repeat(medians, counts)
    return result


@dataclass(frozen=True, slots=True)
class Turns:
    """Where newcomers have their turn on one day: `risks` holds the risk drawn for each seller on probation."""

    day: date
    risks: Mapping[int, float]

    def risk(self, own: float, *, seller_id: int, product_id: int, grade: str) -> float:
        """The risk that an offer is ranked by: the drawn one where it is a newcomer's turn, and no turn does harm."""
        drawn = self.risks.get(seller_id)
        if drawn is None or drawn >= own or not newcomers_turn(product_id, grade, self.day):
            return own
        return drawn

    def list_risk(self, own: float, *, seller_id: int, product_id: int, grade: str) -> float:
        """The risk for the place among other devices: at a turn between the drawn one and the own one, by lot.

        So the newcomers whose turn it is are spread over the pages: each by its drawn risk, they would all lead.
        """
        risk = self.risk(own, seller_id=seller_id, product_id=product_id, grade=grade)
        return (
            max(risk, own * _lot(f"place/{self.day.isoformat()}/{product_id}/{grade}")) if risk < own else own
        )


def newcomers_turn(product_id: int, grade: str, day: date) -> bool:
    """Whether newcomers have their turn with this product in this grade: one in `TURN_SHARE`, others each day."""
    return _hashed(f"{day.isoformat()}/{product_id}/{grade}") % TURN_SHARE == 0


def _lot(text: str) -> float:
    """A number from 0 to 1 that looks drawn, the same for the same text."""
    return _hashed(text) / 2**64


def _hashed(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True)
class Rival:
    """An offer as its ranking sees it. `price` in minor units, `risk` and `value` in (0, 1).

    `usual_value` is what its value is when it is not a newcomer's turn; `None` where that is no other. `record` is
    its seller's: what is said of it to shoppers.
    """

    id: int
    price: int
    risk: float
    value: float
    probation: bool = False
    usual_value: float | None = None
    record: Record = Record(0, 0.0)


def by_value(rivals: Iterable[Rival]) -> list[Rival]:
    """The best value first; ties break by the lower price, then by the lower id."""
    return sorted(rivals, key=lambda rival: (-rival.value, rival.price, rival.id))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an offer stands where it stands. `kind` is one of

    `only` (nobody else offers it), `cheapest` (best value, and the cheapest), `safer` (best value, `percent` dearer
    than the cheapest, whose seller has `times` as many problems), `longer` (the cheapest one's seller has a shorter
    record), `value` (nothing to say of that seller), `far_safer` and `far_longer` (as those, and the cheapest costs
    far less), `fits` (others are better value, but don't fit what was asked), `newcomer` and `cheapest_newcomer`
    (best value, from a seller on probation), and `turn` (first only as it is a newcomer's turn).
    """

    kind: str
    percent: int = 0
    times: float = 1.0


def _newcomers_kind(chosen: Rival, rivals: Iterable[Rival], cheapest: Rival) -> str:
    """Of a newcomer's offer that is first: whether it would be without its turn, and whether it is the cheapest."""
    usual = [
        rival if rival.usual_value is None else replace(rival, value=rival.usual_value) for rival in rivals
    ]
    if by_value(usual)[0].id != chosen.id:
        return "turn"
    return "cheapest_newcomer" if chosen.price == cheapest.price else "newcomer"


def reason(chosen: Rival, rivals: Sequence[Rival]) -> Reason:
    """Why `chosen`, one of the `rivals` (all offers in stock of one product and grade)."""
    if len(rivals) == 1:
        return Reason("newcomer" if chosen.probation else "only")
    best = by_value(rivals)[0]
    cheapest = min(rivals, key=lambda rival: (rival.price, rival.id))
    if chosen.id != best.id:
        return Reason("fits")
    if chosen.probation:
        return Reason(_newcomers_kind(chosen, rivals, cheapest))
    if chosen.price == cheapest.price:
        return Reason("cheapest")
    return _dearer(chosen, cheapest)


def _dearer(chosen: Rival, cheapest: Rival) -> Reason:
    percent = max(1, round(100 * (chosen.price - cheapest.price) / cheapest.price))
    far = "far_" if percent > FAR_DEARER else ""
    times = _times_the_problems(cheapest, chosen)
    if times > 1:
        return Reason(f"{far}safer", percent, times)
    if chosen.record.finished > cheapest.record.finished:
        return Reason(f"{far}longer", percent)
    return Reason("value", percent)


def _times_the_problems(cheapest: Rival, chosen: Rival) -> float:
    """How many times as often the cheapest one's seller disappoints; 1 where that can't be said of it.

    `risk` is an upper bound: a newcomer's is high without a single bad order. So the raw rates must agree.
    """
    short = min(cheapest.record.finished, chosen.record.finished) < ENOUGH_LINES
    if cheapest.probation or short or not chosen.risk:
        return 1.0
    bad = cheapest.record.bad * chosen.record.finished
    own_bad = chosen.record.bad * cheapest.record.finished
    by_risk = cheapest.risk / chosen.risk
    return min(by_risk, bad / own_bad) if own_bad else by_risk if bad else 1.0
