"""The pure part of referrals: what may happen to one and by which side, and how long anything may take."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Handed to a repairer of the network; or, under guarantee, to the seller who sold the device.
NETWORK, GUARANTEE = KINDS = ("network", "guarantee")
# "Repairer" is whoever is to repair it, the seller too.
CUSTOMER, REPAIRER, OPERATOR, SYSTEM = SIDES = ("customer", "repairer", "operator", "system")

SENT, ACCEPTED, QUOTED, AGREED = OPEN = ("sent", "accepted", "quoted", "agreed")
REPAIRED, NOT_REPAIRABLE, NO_SHOW, DECLINED, EXPIRED, QUOTE_REFUSED, CANCELLED = ENDED = (
    "repaired",
    "not_repairable",
    "no_show",
    "declined",
    "expired",
    "quote_refused",
    "cancelled",
)
STATES = OPEN + ENDED
# After these the same case may go to the next repairer.
TO_HAND_ON = (DECLINED, EXPIRED, QUOTE_REFUSED)
# The repairer knows who asks from its yes until the end, and no longer.
KNOWN_IN = (ACCEPTED, QUOTED, AGREED)
WORTH_RATING = (REPAIRED, NOT_REPAIRABLE)
# Of a claim: neither repaired nor given up by its customer.
UNSETTLED = (SENT, ACCEPTED, DECLINED, EXPIRED, NOT_REPAIRABLE)
# What is written with these is for the shop's operators alone.
UNTOLD = ("call_off",)
# A verb that leaves the state as it is.
STAYS = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """`verb`, which is one side's alone, leads a referral of these kinds from one of `sources` to `target`."""

    verb: str
    side: str
    sources: tuple[str, ...]
    target: str
    kinds: tuple[str, ...] = KINDS


# All that may happen to a referral; what isn't here is refused.
TRANSITIONS = (
    Transition("accept", REPAIRER, (SENT,), ACCEPTED),
    Transition("decline", REPAIRER, (SENT, ACCEPTED), DECLINED),
    Transition("propose", REPAIRER, (ACCEPTED, QUOTED, AGREED), STAYS),
    Transition("quote", REPAIRER, (ACCEPTED, QUOTED), QUOTED, (NETWORK,)),
    Transition("agree", CUSTOMER, (QUOTED,), AGREED, (NETWORK,)),
    Transition("refuse", CUSTOMER, (QUOTED,), QUOTE_REFUSED, (NETWORK,)),
    # Under guarantee nothing has to be agreed on: a repair is free.
    Transition("repaired", REPAIRER, (AGREED,), REPAIRED, (NETWORK,)),
    Transition("repaired", REPAIRER, (ACCEPTED,), REPAIRED, (GUARANTEE,)),
    Transition("not_repairable", REPAIRER, (ACCEPTED, QUOTED, AGREED), NOT_REPAIRABLE),
    Transition("no_show", REPAIRER, (ACCEPTED, AGREED), NO_SHOW),
    Transition("cancel", CUSTOMER, OPEN, CANCELLED),
    Transition("call_off", OPERATOR, OPEN, CANCELLED),
    Transition("expire", SYSTEM, OPEN, EXPIRED),
    # Who isn't shown to customers any more takes no new case; what it has taken goes on.
    Transition("release", SYSTEM, (SENT,), DECLINED, (NETWORK,)),
    Transition("rate", CUSTOMER, WORTH_RATING, STAYS),
)
VERBS = tuple(dict.fromkeys(row.verb for row in TRANSITIONS))

# While the two talk: who is silent for two days is reminded, after seven it is over.
REMIND_AFTER, EXPIRE_AFTER = timedelta(days=2), timedelta(days=7)
# How far ahead a time to meet may lie: until then nobody is silent.
MEET_WITHIN = timedelta(days=30)
# While the device is being repaired: parts take their time. What the law gives a seller is a term of its own (`late`),
# at whose end nothing is over: who claimed may go on waiting.
REMIND_AT_WORK, EXPIRE_AT_WORK = timedelta(days=14), timedelta(days=60)
# How long both may still read how it ended, and when nobody is known by name any more.
READABLE_FOR = timedelta(days=30)
# A claim that was declined on its first day is still to be read when the law's 30 days are over.
CLAIM_READABLE_FOR = timedelta(days=60)
BLANK_AFTER = timedelta(days=90)


def target(verb: str, side: str, state: str, kind: str) -> str | None:
    """The state that `verb` by `side` leads to from `state`; none when that is refused."""
    for row in TRANSITIONS:
        if (row.verb, row.side) == (verb, side) and state in row.sources and kind in row.kinds:
            return row.target or state
    return None


def possible(side: str, state: str, kind: str) -> frozenset[str]:
    """The verbs that a side may do now."""
    return frozenset(verb for verb in VERBS if target(verb, side, state, kind) is not None)


def way_to(wish: str, ways: tuple[str, ...]) -> str:
    """How a device gets to a repairer who offers `ways`: as its customer wished, else by the first of them."""
    return wish if wish in ways else ways[0]


def turn(state: str) -> str:
    """Whose answer an open referral waits for."""
    return CUSTOMER if state == QUOTED else REPAIRER


def is_at_work(state: str, kind: str) -> bool:
    """Whether there is nothing left to talk about: it is being repaired."""
    return state == AGREED or (kind == GUARANTEE and state == ACCEPTED)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When to remind whose turn it is, and when to stop waiting."""

    remind_at: datetime
    expire_at: datetime


def deadlines(state: str, kind: str, moved_at: datetime, meeting_at: datetime | None = None) -> Deadlines:
    """Of an open referral that last moved at `moved_at`; nobody is silent before the time they are to meet at, but a
    price is answered without a meeting.
    """
    since = max(moved_at, meeting_at) if meeting_at and state != QUOTED else moved_at
    if is_at_work(state, kind):
        return Deadlines(since + REMIND_AT_WORK, since + EXPIRE_AT_WORK)
    return Deadlines(since + REMIND_AFTER, since + EXPIRE_AFTER)


def readable_for(kind: str) -> timedelta:
    """How long after its end its links open."""
    return CLAIM_READABLE_FOR if kind == GUARANTEE else READABLE_FOR


def is_readable(kind: str, ended_at: datetime | None, now: datetime) -> bool:
    """Whether its links still open."""
    return ended_at is None or now < ended_at + readable_for(kind)
