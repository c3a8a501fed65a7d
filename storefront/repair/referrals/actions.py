"""What both sides do to a referral: one function a verb, each checked against the table in `rules`.

`seen` is the referral's `version` on the page that a person decided on. Outcomes, prices and ratings are told to the
network; a repair under guarantee makes the unit's legal guarantee longer.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from ...core.clock import shop_day
from ...core.money import Money
from ...orders.actions import extend_legal_guarantee
from ...orders.rules import SELLER
from ..network.actions import note_answer, note_outcome, note_price, note_rating
from . import letters, queries
from .bonus import bonus_on
from .errors import ReferralRefused
from .handing import claim_guarantee, hand_on, refer
from .models import Referral
from .moves import move, opened, record
from .rules import (
    AGREED,
    CUSTOMER,
    GUARANTEE,
    NETWORK,
    NO_SHOW,
    NOT_REPAIRABLE,
    OPERATOR,
    REPAIRED,
    REPAIRER,
    SENT,
)

__all__ = ["claim_guarantee", "hand_on", "refer"]


def accept(*, referral_id: int, now: datetime, seen: int | None = None) -> None:
    """The repairer takes it, and knows from now on who asks. Raises `ReferralRefused`, also when customers aren't shown
    this repairer any more.
    """
    referral = opened(referral_id, seen)
    if referral.state == SENT and not queries.may_take(referral, today=shop_day(now)):
        raise ReferralRefused(
            _(
                "You aren't among the repairers that we show to customers at the moment, so you can't take this one. "
                "It goes back to whoever asked."
            )
        )
    move(referral, "accept", side=REPAIRER, now=now)
    _answered(referral, now)
    letters.tell(referral, CUSTOMER, "accepted", now=now)


def decline(*, referral_id: int, note: str, now: datetime, seen: int | None = None) -> None:
    """The repairer can't, and says why. Raises `ReferralRefused`."""
    referral = opened(referral_id, seen)
    move(referral, "decline", side=REPAIRER, now=now, note=note)
    _answered(referral, now)
    _tell_network(referral, "declined", now)
    letters.tell(referral, CUSTOMER, "declined", now=now, note=note)


def _answered(referral: Referral, now: datetime) -> None:
    if referral.answered_at is None:
        referral.answered_at = now
        after = now - referral.created_at
        referral.answered_after = int(after.total_seconds())
        if referral.kind == NETWORK and referral.repairer_id:
            note_answer(
                repairer_id=referral.repairer_id,
                reference=f"{_reference(referral)}-answer",
                after=after,
                day=shop_day(now),
                now=now,
            )


def propose(
    *, referral_id: int, at: datetime, note: str = "", now: datetime, seen: int | None = None
) -> None:
    """The repairer names a time to meet at; another one takes its place. Raises `ReferralRefused`."""
    referral = opened(referral_id, seen)
    referral.meeting_at = at
    move(referral, "propose", side=REPAIRER, now=now, fact=at.isoformat(), note=note)
    letters.tell(referral, CUSTOMER, "proposed", now=now, note=note, at=at.isoformat())


def quote(*, referral_id: int, price: Money, note: str = "", now: datetime, seen: int | None = None) -> None:
    """The repairer says what it costs, with parts and VAT; what a bonus pays of it is worked out as of today."""
    referral = opened(referral_id, seen)
    referral.quote_minor = price.minor
    referral.bonus_minor = bonus_on(price, referral, shop_day(now)).minor
    move(referral, "quote", side=REPAIRER, now=now, fact=str(price.minor), note=note)
    letters.tell(referral, CUSTOMER, "quoted", now=now, note=note)


def agree(*, referral_id: int, now: datetime, seen: int | None = None) -> None:
    """The customer takes the price that stands there. Raises `ReferralRefused`."""
    referral = opened(referral_id, seen)
    move(referral, "agree", side=CUSTOMER, now=now, fact=str(referral.quote_minor))
    letters.tell(referral, REPAIRER, "agreed", now=now)


def refuse(*, referral_id: int, now: datetime, seen: int | None = None) -> None:
    """The price is too much for the customer. Raises `ReferralRefused`."""
    referral = opened(referral_id, seen)
    move(referral, "refuse", side=CUSTOMER, now=now)
    letters.tell(referral, REPAIRER, "quote_refused", now=now)


def cancel(*, referral_id: int, now: datetime, seen: int | None = None) -> None:
    """The customer doesn't need it any more, a price agreed or not. Raises `ReferralRefused` when it has ended."""
    referral = opened(referral_id, seen)
    news = "cancelled_agreed" if referral.state == AGREED else "cancelled"
    move(referral, "cancel", side=CUSTOMER, now=now)
    letters.tell(referral, REPAIRER, news, now=now)


def call_off(
    *, referral_id: int, note: str, person_id: int | None, now: datetime, seen: int | None = None
) -> None:
    """An operator ends it. Raises `ReferralRefused` when it has ended."""
    referral = opened(referral_id, seen)
    move(referral, "call_off", side=OPERATOR, now=now, note=note, person_id=person_id)
    for side in (CUSTOMER, REPAIRER):
        letters.tell(referral, side, "called_off", now=now)


def repaired(*, referral_id: int, note: str = "", now: datetime, seen: int | None = None) -> None:
    """It works again. Raises `ReferralRefused` before a price was agreed (under guarantee: before it was accepted)."""
    referral = opened(referral_id, seen)
    move(referral, "repaired", side=REPAIRER, now=now, note=note)
    _tell_network(referral, "repaired", now)
    if referral.kind == GUARANTEE:
        _extend(referral, now)
    elif referral.quote and referral.repairer_id:
        note_price(
            repairer_id=referral.repairer_id,
            reference=_reference(referral),
            category=referral.category,
            fault=referral.fault,
            price=referral.quote,
            day=shop_day(now),
        )
    letters.tell(referral, CUSTOMER, "repaired", now=now, note=note)


def _extend(referral: Referral, now: datetime) -> None:
    if referral.line_id is None:
        raise LookupError("a repair under guarantee is of a unit")
    until = extend_legal_guarantee(
        line_id=referral.line_id,
        place=referral.place,
        cause=_reference(referral),
        claimed_on=shop_day(referral.created_at),
        by=SELLER,
        now=now,
    )
    if until is not None:
        record(referral, "extend", side=REPAIRER, now=now, fact=until.isoformat())


def not_repairable(*, referral_id: int, note: str = "", now: datetime, seen: int | None = None) -> None:
    """It can't be saved. Raises `ReferralRefused`."""
    referral = opened(referral_id, seen)
    move(referral, "not_repairable", side=REPAIRER, now=now, note=note)
    _tell_network(referral, "not_repairable", now)
    letters.tell(referral, CUSTOMER, "not_repairable", now=now, note=note)


def no_show(*, referral_id: int, note: str = "", now: datetime, seen: int | None = None) -> None:
    """The customer, or the device, never came. Raises `ReferralRefused`."""
    referral = opened(referral_id, seen)
    move(referral, "no_show", side=REPAIRER, now=now, note=note)
    letters.tell(referral, CUSTOMER, "no_show", now=now, note=note)


def end(*, end: str, **values: Any) -> None:
    """One of `repaired`, `not_repairable` and `no_show`. Raises `ReferralRefused`."""
    {REPAIRED: repaired, NOT_REPAIRABLE: not_repairable, NO_SHOW: no_show}[end](**values)


def rate(*, referral_id: int, stars: int, words: str = "", now: datetime, seen: int | None = None) -> None:
    """One to five stars of the customer, once. Raises `ReferralRefused`."""
    referral = opened(referral_id, seen)
    if referral.rating is not None:
        raise ReferralRefused(_("You have said what you think already. Thank you!"))
    move(referral, "rate", side=CUSTOMER, now=now, fact=str(stars))
    referral.rating, referral.rating_words = stars, words
    if referral.kind == NETWORK and referral.repairer_id:
        note_rating(
            repairer_id=referral.repairer_id,
            reference=rating_reference(referral),
            stars=stars,
            words=words,
            day=shop_day(now),
            now=now,
        )


def tell_expired(referral: Referral, state: str, now: datetime) -> None:
    """Nobody answered in time while it was in `state`: it counts against a repairer who was to answer."""
    if state != "quoted":
        _tell_network(referral, "expired", now)


def _tell_network(referral: Referral, outcome: str, now: datetime) -> None:
    if referral.kind == NETWORK and referral.repairer_id:
        note_outcome(
            repairer_id=referral.repairer_id,
            reference=_reference(referral),
            outcome=outcome,
            day=shop_day(now),
            now=now,
        )


def rating_reference(referral: Referral) -> str:
    """What the network knows the rating by; the outcome has the other one."""
    return f"{_reference(referral)}-rating"


def _reference(referral: Referral) -> str:
    return f"referral-{referral.id}"
