"""What happens to a quote once there is something to choose from: one function a verb, each checked against `rules`.

`seen` is the quote's `version` on the page that a person decided on. A quote's row is locked first, offers last and in
the order of their ids.
"""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from ...catalog.errors import OutOfStock
from ...config import current_settings
from ...core.database import db
from ...core.errors import FormInvalid
from ...orders.models import ShopOrder
from ...orders.rules import ON_INVOICE
from . import freezing, holds, letters, queries
from .asking import anew, offer, propose, revise
from .errors import ProposalGone, QuoteRefused
from .freezing import Agreed
from .models import Quote, QuoteMessage, QuoteVersion
from .moves import add_version, as_seen, check, move, opened
from .ordering import ordered_as_agreed
from .rules import (
    ADJUSTED,
    CHOSEN,
    DEAREST_UNIT,
    DECLINED,
    EXPIRED,
    FIRM,
    LEAST_PRICE,
    LONGEST_HOLD,
    MOST_MESSAGES,
    OPEN,
    OPERATOR,
    ORDERED,
    PROPOSED,
    SYSTEM,
    held_until,
    remind_at,
    target,
    units_by_offer,
)
from .standing import check_still_so

__all__ = ["Agreed", "anew", "offer", "propose", "revise"]


def choose(
    *, quote_id: int, kind: str, now: datetime, seen: int | None = None, person_id: int | None = None
) -> Quote:
    """The firm takes one of the alternatives: its prices are in force, and its units held, from here on.

    Raises `ProposalGone` when it can't be had any more as it was shown, `TooManyHeld`, `QuoteRefused`.
    """
    quote = as_seen(queries.locked_with_its_firms(quote_id), seen)
    check(quote, "choose", side=FIRM)
    proposal = next((version for version in quote.proposals if version.alternative == kind), None)
    if proposal is None:
        raise QuoteRefused(_("Please choose one of the proposals."))
    check_still_so(proposal, now=now)
    units = units_by_offer((line.offer_id, line.quantity) for line in proposal.lines)
    holds.check_cap(quote, sum(units.values()))
    add_version(
        quote,
        CHOSEN,
        side=FIRM,
        now=now,
        person_id=person_id,
        alternative=kind,
        prices_of=proposal.number,
    )
    quote.offered = proposal.number
    move(quote, "choose", side=FIRM, now=now)
    _hold_until(quote, held_until(now, current_settings().fleet.hold_hours), now)
    letters.tell(quote, "open", now=now)
    try:
        holds.hold(quote, units)
    except OutOfStock as gone:
        raise ProposalGone(
            _("Somebody was faster, and bought some of these units. Here is what can be had by now.")
        ) from gone
    return quote


def _hold_until(quote: Quote, until: datetime, now: datetime) -> None:
    quote.expires_at, quote.remind_at = until, remind_at(now, until)


def adjust(
    *,
    quote_id: int,
    agreed: Sequence[Agreed],
    payment: str,
    terms: str,
    until: datetime,
    note: str,
    person_id: int | None,
    now: datetime,
    seen: int | None = None,
) -> Quote:
    """The operator's lines, prices and terms instead, held until then, with a word to the firm (`note`): a version of
    its own. More units than one firm may have held are the operator's to give.

    Raises `QuoteRefused`, also for what its seller no longer has, and for a time that is over.
    """
    quote = opened(quote_id, seen)
    move(quote, "adjust", side=OPERATOR, now=now)
    _check_agreed(quote, agreed, until, now)
    invoice_days = current_settings().fleet.invoice_days if payment == ON_INVOICE else None
    version = add_version(
        quote,
        ADJUSTED,
        side=OPERATOR,
        now=now,
        person_id=person_id,
        note=note,
        terms=terms,
        payment=payment,
        invoice_days=invoice_days,
    )
    freezing.freeze(version, quote, quote.request, agreed)
    if len(version.lines) < len(agreed):
        raise QuoteRefused(_("One of these offers is gone: its seller took it away. Please leave it out."))
    db.session.flush()
    quote.offered = version.number
    _hold_until(quote, until, now)
    letters.tell(quote, "adjusted", now=now)
    try:
        holds.hold(quote, units_by_offer((line.offer_id, line.quantity) for line in version.lines))
    except OutOfStock as gone:
        raise QuoteRefused(_("There are not enough of these left in stock. Nothing was changed.")) from gone
    return quote


def _check_agreed(quote: Quote, agreed: Sequence[Agreed], until: datetime, now: datetime) -> None:
    wishes = {wish.position for wish in quote.request.wishes}
    if not agreed or any(one.quantity < 1 or one.wish not in wishes for one in agreed):
        raise QuoteRefused(_("A quote needs at least one unit, each for a line of the request."))
    if len({(one.wish, one.offer_id) for one in agreed}) < len(agreed):
        raise QuoteRefused(_("The same offer stands twice in one line of the request."))
    if any(not LEAST_PRICE <= one.price <= DEAREST_UNIT for one in agreed):
        raise QuoteRefused(_("A unit costs at least one cent."))
    if until <= now:
        raise QuoteRefused(_("That time is over. Please give one to come."))
    if until > now + LONGEST_HOLD:
        days = LONGEST_HOLD.days
        raise QuoteRefused(
            _("Units are held for %(days)s days at most. Please give an earlier time.", days=days)
        )


def accept(
    *,
    quote_id: int,
    name: str,
    purchase_order: str,
    now: datetime,
    seen: int | None = None,
    person_id: int | None = None,
) -> ShopOrder:
    """The firm takes it, signed by `name`: it becomes an order, what was held is sold. Accepted again: the same order.

    Raises `ProposalGone` when a seller took an offer away or sells no more, `sellers.errors.NoRoom` while one on
    probation has too much under way, `QuoteRefused` for what isn't held any more, and `FormInvalid` where somebody who
    buys on account gives no number of a purchase order.
    """
    quote = queries.locked(quote_id)
    if quote.state == ORDERED:
        return _order_of(quote)
    as_seen(quote, seen)
    agreed = _in_force(quote, now)
    if agreed.payment == ON_INVOICE and not purchase_order:
        raise FormInvalid(
            {"purchase_order": _("Please give a purchase-order number: who pays later is asked for it.")}
        )
    quote.purchase_order, quote.accepted_name = purchase_order, name
    order = ordered_as_agreed(quote, agreed, now=now)
    add_version(quote, ORDERED, side=FIRM, now=now, person_id=person_id, prices_of=agreed.number)
    # Not before there is an order: a quote that is ordered names it.
    quote.order_id = order.id
    move(quote, "accept", side=FIRM, now=now)
    holds.turn_into_sold(quote)
    letters.tell(quote, "ordered", now=now)
    return order


def _in_force(quote: Quote, now: datetime) -> QuoteVersion:
    """The version to be ordered. Raises `QuoteRefused` where the quote isn't open, or its time is over."""
    check(quote, "accept", side=FIRM)
    version = quote.in_force
    if version is None or quote.expires_at is None or quote.expires_at <= now:
        raise QuoteRefused(
            _("Its time is over, and the units are no longer held. One press proposes it anew.")
        )
    return version


def _order_of(quote: Quote) -> ShopOrder:
    return db.session.get_one(ShopOrder, quote.order_id)


def decline(
    *, quote_id: int, reason: str, now: datetime, seen: int | None = None, person_id: int | None = None
) -> Quote:
    """The firm doesn't want it, and perhaps says why; what was held goes back. Raises `QuoteRefused`."""
    quote = opened(quote_id, seen)
    move(quote, "decline", side=FIRM, now=now)
    add_version(
        quote, DECLINED, side=FIRM, now=now, person_id=person_id, note=reason, prices_of=quote.offered
    )
    letters.tell(quote, "declined", now=now)
    holds.release(quote)
    return quote


def call_off(
    *, quote_id: int, note: str, person_id: int | None, now: datetime, seen: int | None = None
) -> Quote:
    """The operator ends it, and says why; what was held goes back. Raises `QuoteRefused`."""
    quote = opened(quote_id, seen)
    _end(quote, "call_off", side=OPERATOR, person_id=person_id, note=note, now=now)
    return quote


def expire(*, quote_id: int, now: datetime) -> bool:
    """Its time is over: what was held goes back, once, whoever asks how often. Whether it ended now."""
    quote = queries.locked(quote_id)
    if quote.expires_at is None or quote.expires_at > now or target("expire", SYSTEM, quote.state) is None:
        return False
    _end(quote, "expire", side=SYSTEM, person_id=None, note="", now=now)
    return True


def _end(quote: Quote, verb: str, *, side: str, person_id: int | None, note: str, now: datetime) -> None:
    was_open = quote.state == OPEN
    move(quote, verb, side=side, now=now)
    add_version(quote, EXPIRED, side=side, now=now, person_id=person_id, note=note, prices_of=quote.offered)
    # Who never chose need not hear that nothing is held.
    if was_open or side == OPERATOR:
        letters.tell(quote, "expired", now=now)
    holds.release(quote)


def remind(*, quote_id: int, now: datetime) -> bool:
    """Tell a firm, once, that its units are held for not much longer. Whether it was told now."""
    quote = queries.locked(quote_id)
    if quote.remind_at is None or quote.remind_at > now or quote.state == PROPOSED:
        return False
    quote.remind_at = None
    letters.tell(quote, "soon", now=now)
    return True


def say(*, quote_id: int, side: str, words: str, now: datetime, person_id: int | None = None) -> Quote:
    """A message to the other side; it needs no `seen`, and changes nothing that was seen. Raises `QuoteRefused`."""
    quote = queries.locked(quote_id)
    move(quote, "say", side=side, now=now)
    if len(quote.messages) >= MOST_MESSAGES:
        raise QuoteRefused(_("That is as much as this page holds. Please write us a mail."))
    quote.messages.append(QuoteMessage(at=now, side=side, person_id=person_id, text=words))
    db.session.flush()
    letters.tell(quote, f"said-by-{side}", now=now)
    return quote
