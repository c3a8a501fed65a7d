"""The pure part of quotes: what may happen to one and by which side, how long it holds, and how much."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRM, OPERATOR, SYSTEM = SIDES = ("firm", "operator", "system")

# Alternatives to choose from; one chosen, its units held.
PROPOSED, OPEN = LIVE = ("proposed", "open")
ORDERED, DECLINED, EXPIRED = ENDED = ("ordered", "declined", "expired")
STATES = LIVE + ENDED
# What the firm may have proposed anew: its units go back, if some were held.
RENEWABLE = (PROPOSED, OPEN, DECLINED, EXPIRED)

# What a version is: what was asked for; an alternative; the alternative that was chosen; what the operator made of it;
# and how it ended, with the prices of an earlier version.
REQUEST, PROPOSAL, CHOSEN, ADJUSTED = ("request", "proposal", "chosen", "adjusted")
KINDS = (REQUEST, PROPOSAL, CHOSEN, ADJUSTED, *ENDED)
# Versions with lines of their own.
PRICED = (PROPOSAL, ADJUSTED)
# A verb that leaves the state as it is.
STAYS = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """`verb`, done by one side, leads a quote from one of `sources` to `target`."""

    verb: str
    side: str
    sources: tuple[str, ...]
    target: str


# All that may happen to a quote; what isn't here is refused.
TRANSITIONS = (
    # Another request instead of the first; or the same, with what there is by now.
    Transition("revise", FIRM, RENEWABLE, PROPOSED),
    Transition("anew", FIRM, RENEWABLE, PROPOSED),
    # The alternatives that were worked out for it.
    Transition("offer", SYSTEM, (PROPOSED,), STAYS),
    Transition("choose", FIRM, (PROPOSED,), OPEN),
    # Other lines, prices, terms, or more time: what had run out is held again.
    Transition("adjust", OPERATOR, (OPEN, EXPIRED), OPEN),
    Transition("accept", FIRM, (OPEN,), ORDERED),
    Transition("decline", FIRM, LIVE, DECLINED),
    Transition("expire", SYSTEM, LIVE, EXPIRED),
    Transition("call_off", OPERATOR, LIVE, EXPIRED),
    Transition("say", FIRM, STATES, STAYS),
    Transition("say", OPERATOR, STATES, STAYS),
)
VERBS = tuple(dict.fromkeys(row.verb for row in TRANSITIONS))

# Nothing is held for alternatives: they only stop being looked at.
PROPOSED_FOR = timedelta(days=14)
# Prices that were shown longer ago than this are worked out anew before one can be chosen.
PROPOSAL_GOOD_FOR = timedelta(hours=24)
# When nobody who asked in vain is known by name any more.
BLANK_AFTER = timedelta(days=90)
# The longest that an operator may have units held: whoever means longer means an order.
LONGEST_HOLD = timedelta(days=90)
# Of the time that units are held, so much is left when the firm is reminded.
REMINDED_WITH_LEFT = 1 / 3
# How often a quote may change, and how much may be said on it: its page shows all of it.
MOST_VERSIONS = 80
MOST_MESSAGES = 100
LONGEST_MESSAGE = 2_000
LONGEST_TERMS = 2_000
# The least that an operator may ask for a unit, in minor units.
LEAST_PRICE = 1
# A number that covers any quote of ours.
DEAREST_UNIT = 100_000_000


def target(verb: str, side: str, state: str) -> str | None:
    """The state that `verb` by `side` leads to from `state`; none when that is refused."""
    for row in TRANSITIONS:
        if (row.verb, row.side) == (verb, side) and state in row.sources:
            return row.target or state
    return None


def possible(side: str, state: str) -> frozenset[str]:
    """The verbs that a side may do now."""
    return frozenset(verb for verb in VERBS if target(verb, side, state) is not None)


def held_until(now: datetime, hours: int) -> datetime:
    """Until when units are held that are held from `now` on."""
    return now + timedelta(hours=hours)


def remind_at(now: datetime, until: datetime) -> datetime:
    """When to remind a firm whose units are held from `now` until then: of 72 hours, with 24 left."""
    return until - (until - now) * REMINDED_WITH_LEFT


def may_hold(asked: int, held: int, most: int) -> int:
    """How many of `asked` units may be held for a firm that has `held` already: 20 asked, 90 of 100 held, 10."""
    return max(0, min(asked, most - held))


def register_key(number: str, vat_id: str = "") -> str:
    """What tells firms apart by their register number, else by their VAT id, however typed; empty for neither.

    A French SIRET (14 digits) is a SIREN (9) and one of its places: all places are one firm. A French VAT id ends with
    the SIREN.
    """
    plain = _plain(number) or _plain(vat_id)
    if re.fullmatch(r"[0-9]{14}", plain):
        return plain[:9]
    return plain[4:] if re.fullmatch(r"FR[0-9A-Z]{2}[0-9]{9}", plain) else plain


def _plain(number: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", number.upper())


def mailbox_key(email: str) -> str:
    """What tells mailboxes apart: capitals don't."""
    return email.strip().lower()


def units_by_offer(lines: Iterable[tuple[int | None, int]]) -> dict[int, int]:
    """How many of each offer, of lines (offer id, quantity); an offer that is gone has none."""
    units: dict[int, int] = {}
    for offer_id, quantity in lines:
        if offer_id is not None:
            units[offer_id] = units.get(offer_id, 0) + quantity
    return units


def moves(held: Mapping[int, int], wanted: Mapping[int, int]) -> dict[int, int]:
    """What goes back into stock (above 0) or comes out of it (below 0), by offer: 3 held and 5 wanted is -2."""
    changes = {
        offer_id: held.get(offer_id, 0) - wanted.get(offer_id, 0) for offer_id in held.keys() | wanted.keys()
    }
    return {offer_id: change for offer_id, change in sorted(changes.items()) if change}
