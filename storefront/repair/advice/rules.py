"""What we would do in the place of whoever has a broken device: from facts to options, and the one that we would take.

Amounts are in minor units of one currency, VAT included. The order of the options never changes: guarantee, repair, the
same device refurbished, recycling. Chances are those of volunteers at repair cafés, who have few parts: a low one makes
us careful, and never talks anybody out of a repair.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

GUARANTEE, REPAIR, REFURBISHED, RECYCLE = KINDS = ("guarantee", "repair", "refurbished", "recycle")

# From this share of the price new on, most owners give a repair up (École de Paris du management, 5 October 2022).
GIVE_UP_PERCENT = 30
# What a repair may cost of the price of the same device refurbished, in thirds. A judgement of ours: that one comes
# tested, with two years of guarantee on all of it, and the repaired one with its other parts as old as they are.
WORTH_THIRDS = 2
# Below this chance (percent) we say: have it looked at before you agree to a price.
LOW_CHANCE = 30
# How long amounts are taken for today's when their table names no end: the French ones change every year.
AMOUNTS_LAST = timedelta(days=366)

# Why we would take what we would take.
WHY_GUARANTEE = "guarantee"  # repair is free
WHY_CHEAP = "cheap"  # under the point at which people give up
WHY_CHEAPER = "cheaper"  # well under the price of the same device refurbished
WHY_DEAR = "dear"  # above that point, and nothing to have instead here
WHY_ONLY = "only"  # a price, and nothing to compare it with
WHY_ASK = "ask"  # nobody knows what it costs: asking is free
WHY_ANOTHER = "another"  # a repair costs too much of what another one costs
REASONS = (WHY_GUARANTEE, WHY_CHEAP, WHY_CHEAPER, WHY_DEAR, WHY_ONLY, WHY_ASK, WHY_ANOTHER)


@dataclass(frozen=True, slots=True)
class Prices:
    """What repairers ask for such a repair: lowest, median, highest."""

    low: int
    median: int
    high: int


@dataclass(frozen=True, slots=True)
class Bonus:
    """What comes off the bill of a labelled repairer from `minimum` on; `sure` if the amount is known to be today's."""

    amount: int
    minimum: int = 0
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the advice depends on. `new` is the price new, `refurbished` that of the best offer here; none: unknown.

    `bonus` is none as well for a firm and under guarantee (`bonus_for`). `chance` is in percent.
    """

    guaranteed: bool = False
    repair: Prices | None = None
    bonus: Bonus | None = None
    new: int | None = None
    refurbished: int | None = None
    chance: int | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to do: what it costs from and to, where that is known, less a sure bonus; `taken` if we would."""

    kind: str
    low: int | None
    high: int | None
    taken: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """`worth` is what a repair may cost before we would advise against it, `saved` what the advised one saves at the
    median price against the other of the two (repair, refurbished); none where that is unknown. `careful`: have it
    looked at first.
    """

    options: tuple[Option, ...]
    why: str
    worth: int | None
    give_up: int | None
    saved: int | None
    careful: bool

    @property
    def take(self) -> str:
        return next(option.kind for option in self.options if option.taken)


def advise(facts: Facts) -> Advice:
    """What we would do, and why. A running guarantee always wins; else repair does, up to what it is worth."""
    take, why = _taken(facts)
    return Advice(
        options=tuple(_options(facts, take)),
        why=why,
        worth=worth(facts),
        give_up=give_up(facts.new),
        saved=_saved(facts, take),
        careful=facts.chance is not None and facts.chance < LOW_CHANCE and take == REPAIR,
    )


def _taken(facts: Facts) -> tuple[str, str]:
    if facts.guaranteed:
        return GUARANTEE, WHY_GUARANTEE
    if facts.repair is None:
        return REPAIR, WHY_ASK
    price, limit, point = counted(facts.repair.median, facts.bonus), worth(facts), give_up(facts.new)
    if limit is not None and price > limit and facts.refurbished is not None:
        return REFURBISHED, WHY_ANOTHER
    if point is not None and price <= point:
        return REPAIR, WHY_CHEAP
    if facts.refurbished is not None:
        return REPAIR, WHY_CHEAPER
    return REPAIR, WHY_ONLY if point is None else WHY_DEAR


def give_up(new: int | None) -> int | None:
    """The price of a repair at which most owners give up."""
    return None if new is None else new * GIVE_UP_PERCENT // 100


def worth(facts: Facts) -> int | None:
    """What a repair may cost: so much of what the same device costs refurbished, or else the point of giving up."""
    if facts.refurbished is not None:
        return facts.refurbished * WORTH_THIRDS // 3
    return give_up(facts.new)


def counted_on(bonus: Bonus | None) -> Bonus | None:
    """A bonus whose amount is of another year is said, and no sum is made with it."""
    return bonus if bonus and bonus.sure else None


def bonus_for(bonus: Bonus | None, *, firm: bool, guaranteed: bool) -> Bonus | None:
    """The bonus, where one may be had at all."""
    return bonus if may_have_bonus(firm=firm, guaranteed=guaranteed) else None


def may_have_bonus(*, firm: bool, guaranteed: bool) -> bool:
    """The bonus is for private people, and for what no guarantee pays."""
    return not (firm or guaranteed)


def is_sure(since: date, until: date | None, today: date) -> bool:
    """Whether amounts that apply `since` a day are today's: up to their last day, or a year where none is known."""
    return since <= today <= (until or since + AMOUNTS_LAST)


def after_bonus(price: int, bonus: Bonus | None) -> int:
    """What is left to pay: 160.00 with 50.00 off from 150.00 on is 110.00, and 140.00 stays 140.00.

    Here every sum is made, so that none is with an amount of another year.
    """
    bonus = counted_on(bonus)
    if bonus is None or price < bonus.minimum:
        return price
    return max(0, price - bonus.amount)


def left(low: int, high: int, bonus: Bonus | None) -> tuple[int, int]:
    """From and to what is left to pay: with a smallest bill, the dearer repair may leave less."""
    lower, higher = sorted((after_bonus(low, bonus), after_bonus(high, bonus)))
    return lower, higher


def counted(price: int, bonus: Bonus | None) -> int:
    """What a repair is taken to cost when it is judged: after a bonus that is sure, and never less than a cheaper one.

    A bill of 150.00 may leave 100.00 to pay where one of 149.00 leaves 149.00: no reason to wish for the dearer one.
    """
    bonus = counted_on(bonus)
    if bonus is None or price < bonus.minimum:
        return price
    return max(after_bonus(price, bonus), bonus.minimum - 1, 0)


def _options(facts: Facts, take: str) -> Iterator[Option]:
    def option(kind: str, low: int | None, high: int | None) -> Option:
        return Option(kind, low, high, taken=kind == take)

    if facts.guaranteed:
        yield option(GUARANTEE, 0, 0)
    if facts.repair is None:
        yield option(REPAIR, None, None)
    else:
        yield option(REPAIR, *left(facts.repair.low, facts.repair.high, facts.bonus))
    if facts.refurbished is not None:
        yield option(REFURBISHED, facts.refurbished, facts.refurbished)
    yield option(RECYCLE, None, None)


def _saved(facts: Facts, take: str) -> int | None:
    """Of a repair against the same device refurbished; the dearer way saves nothing."""
    if facts.refurbished is None or facts.repair is None or take != REPAIR:
        return None
    return max(0, facts.refurbished - after_bonus(facts.repair.median, facts.bonus))
