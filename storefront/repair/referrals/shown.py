"""What both sides' pages show of a referral: plain values, and for the repairer only what it may know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import current_app

from ...catalog.devices import device, on_sale
from ...core.clock import shop_day, utcnow
from ...core.money import Money
from ..faults import fault_called
from . import labels
from .bonus import QuoteShown, is_apart, quote_shown
from .following import Next, next_repairer
from .handing import Compared
from .models import Referral, ReferralEvent
from .news import other_name
from .rules import (
    ACCEPTED,
    AGREED,
    BLANK_AFTER,
    CUSTOMER,
    GUARANTEE,
    KNOWN_IN,
    NETWORK,
    OPEN,
    REPAIRER,
    STAYS,
    TO_HAND_ON,
    TRANSITIONS,
    UNSETTLED,
    WORTH_RATING,
    possible,
    readable_for,
)

# Answers of a repairer that it writes something with, and where they lead.
_SAID_BY_REPAIRER = {
    row.verb: row.target
    for row in TRANSITIONS
    if row.side == REPAIRER and row.target not in (STAYS, ACCEPTED)
}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened, and what was written with it."""

    label: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Other:
    """Whoever repairs it, as the customer may reach them."""

    name: str
    street: str
    town: str
    phone: str
    email: str
    hours: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Who asks, once the repairer has said yes."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Term:
    """Until when a claim's seller has time, `over` once that is past; and what says so, and what may be chosen then."""

    until: date
    over: bool
    given_by: str
    choice_by: str


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """A referral as one side sees it. `verbs` are what it may do now; `customer` is for the repairer that said yes,
    `following` the next one to ask, `rating` what the customer gave; `bonus_apart` if a price is one before a bonus.
    """

    side: str
    state: str
    label: str
    next: str
    verbs: frozenset[str]
    version: int
    device: str
    fault: str
    guaranteed: bool
    term: Term | None
    covered: bool
    firm: bool
    town: str
    way: str
    times: str
    words: str
    quote: QuoteShown | None
    bonus_apart: bool
    note: str
    meeting_at: datetime | None
    steps: tuple[Step, ...]
    other: Other
    customer: Customer | None
    ended: bool
    readable_until: date | None
    blank_on: date | None
    rating: int | None
    following: Next | None
    may_hand_on: bool


def customer_page(referral: Referral, *, today: date) -> ReferralPage:
    """As its customer sees it; where it may go to the next repairer, some ten SQL statements more."""
    verbs = possible(CUSTOMER, referral.state, referral.kind)
    if referral.rating is not None:
        verbs -= {"rate"}
    may_hand_on = referral.kind == NETWORK and referral.state in TO_HAND_ON
    return _page(
        referral,
        CUSTOMER,
        verbs,
        sentence=labels.next_for_customer(referral.state, referral.kind),
        following=next_repairer(referral, today=today) if may_hand_on else None,
        may_hand_on=may_hand_on,
    )


def repairer_page(referral: Referral) -> ReferralPage:
    """As whoever repairs it sees it."""
    known = referral.state in KNOWN_IN
    return _page(
        referral,
        REPAIRER,
        possible(REPAIRER, referral.state, referral.kind),
        sentence=labels.next_for_repairer(referral.state, referral.kind),
        customer=Customer(referral.name, referral.email, referral.phone) if known else None,
    )


def _page(
    referral: Referral,
    side: str,
    verbs: frozenset[str],
    *,
    sentence: str,
    customer: Customer | None = None,
    following: Next | None = None,
    may_hand_on: bool = False,
) -> ReferralPage:
    # After the end a repairer needs nothing of what its customer wrote.
    is_open = referral.state in OPEN
    says = side == CUSTOMER or is_open
    ended = referral.ended_at
    return ReferralPage(
        side=side,
        state=referral.state,
        label=labels.heading(referral.state, side),
        next=_how_it_ended(referral, side) or sentence,
        verbs=verbs,
        version=referral.version,
        device=referral.device,
        fault=fault_label(referral),
        guaranteed=referral.kind == GUARANTEE,
        term=_term(referral),
        covered=referral.covered,
        firm=referral.firm,
        town=referral.town if says else "",
        way=labels.way_label(referral.way),
        times=referral.times if says else "",
        words=referral.words if says else "",
        quote=quote_shown(referral, shop_day(utcnow())),
        bonus_apart=is_apart(referral),
        note=_note(referral) if side == CUSTOMER else "",
        meeting_at=referral.meeting_at if is_open else None,
        steps=tuple(_steps(referral)),
        other=_other(referral),
        customer=customer,
        ended=not is_open,
        readable_until=_day(ended, readable_for(referral.kind)),
        blank_on=_day(ended, BLANK_AFTER),
        rating=referral.rating if referral.state in WORTH_RATING else None,
        following=following,
        may_hand_on=may_hand_on,
    )


def _how_it_ended(referral: Referral, side: str) -> str:
    led_here = next(event for event in reversed(referral.events) if event.to_state)
    return labels.how_it_ended(led_here.verb, led_here.from_state, side)


def _term(referral: Referral) -> Term | None:
    last = referral.conform_by
    if last is None or referral.state not in UNSETTLED:
        return None
    return Term(
        until=last,
        over=last < shop_day(utcnow()),
        given_by=labels.law_of_term(referral.country),
        choice_by=labels.law_of_choice(referral.country),
    )


def _day(ended: datetime | None, after: timedelta) -> date | None:
    return shop_day(ended + after) if ended else None


def fault_label(referral: Referral) -> str:
    found = fault_called(referral.category, referral.fault)
    return found.label if found else referral.fault


def _note(referral: Referral) -> str:
    """What the repairer wrote with its last answer, as long as that is how things stand."""
    if referral.state not in (*_SAID_BY_REPAIRER.values(), AGREED):
        return ""
    return next((event.note for event in reversed(referral.events) if event.verb in _SAID_BY_REPAIRER), "")


def _steps(referral: Referral) -> Iterator[Step]:
    for event in referral.events:
        if event.verb != "blank":
            yield Step(said(event, referral.currency), event.at, event.told_note)


def said(event: ReferralEvent, currency: str) -> str:
    """What happened, in words."""
    filters = current_app.jinja_env.filters
    fact = event.fact
    if event.verb in ("quote", "agree"):
        fact = filters["money"](Money(int(fact), currency))
    elif event.verb == "propose":
        fact = filters["moment"](datetime.fromisoformat(fact))
    elif event.verb == "extend":
        fact = filters["day"](date.fromisoformat(fact))
    return labels.event_label(event.verb, fact, side=event.fact)


def _other(referral: Referral) -> Other:
    repairer, seller = referral.repairer, referral.seller
    if repairer is not None:
        return Other(
            name=repairer.name,
            street=repairer.street,
            town=f"{repairer.postcode} {repairer.city}".strip(),
            phone=repairer.phone,
            email=repairer.email,
            hours=repairer.hours,
        )
    if seller is None:
        raise LookupError("a referral is some repairer's or some seller's")
    return Other(
        name=other_name(referral),
        street=seller.address,
        town=f"{seller.postcode} {seller.city}".strip(),
        phone=seller.phone,
        email=seller.email,
        hours="",
    )


def compared_with(model_id: int | None) -> Compared:
    """What the same device costs today: the best value here, else its price new. Some six SQL statements."""
    known = device(model_id) if model_id is not None else None
    if known is None:
        return Compared()
    sale = on_sale(known.id)
    if sale is not None:
        return Compared(sale.price, "refurbished")
    return Compared(known.new.price, "new") if known.new else Compared()
