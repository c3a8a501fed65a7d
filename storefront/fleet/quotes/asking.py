"""The first half of a quote: a firm asks, alternatives are proposed, and it may ask otherwise, or once more.

Alternatives are worked out before (`solving`), outside any transaction, for that may take seconds.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from ...checkout.payments import offered_to_firms
from ...config import current_settings
from ...core.database import db
from ...core.errors import FormInvalid
from ...orders.rules import ON_INVOICE
from ..allocation.rules import Allotment
from ..wishes.rules import FIRM_FIELDS, Request, Wish
from . import freezing, holds, letters, queries
from .models import Quote, QuoteVersion, QuoteWish
from .moves import add_version, move, opened
from .rules import FIRM, PROPOSAL, PROPOSED, PROPOSED_FOR, REQUEST, SYSTEM, mailbox_key, register_key
from .tokens import hash_of, new_nonce

# Letters and digits that nobody mistakes for one another when reading a number aloud.
_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_TRIES = 5


def propose(
    *,
    request: Request,
    alternatives: Sequence[Allotment],
    key: str,
    now: datetime,
    person_id: int | None = None,
) -> Quote:
    """A firm's request, with the alternatives that were worked out for it; the same form (`key`) again is the same one.

    Raises `FormInvalid` for a way to pay that the shop doesn't offer, `QuoteRefused` where nothing is sent there.
    """
    found = queries.by_key(key)
    if found is not None:
        return found
    _check_payment(request)
    quote, is_new = _opened(request, key, person_id, now)
    if is_new:
        _ask(quote, request, now=now, person_id=person_id)
        _propose(quote, alternatives, now=now)
    return quote


def revise(
    *,
    quote_id: int,
    request: Request,
    now: datetime,
    seen: int | None = None,
    person_id: int | None = None,
) -> Quote:
    """The firm asks otherwise: what was held goes back, and alternatives are to be worked out (`offer`).

    Raises `QuoteRefused`, `FormInvalid`.
    """
    quote = opened(quote_id, seen)
    _check_payment(request)
    move(quote, "revise", side=FIRM, now=now)
    _write_firm(quote, request)
    _ask(quote, request, now=now, person_id=person_id)
    holds.release(quote)
    return quote


def anew(*, quote_id: int, now: datetime, seen: int | None = None, person_id: int | None = None) -> Quote:
    """The same request once more, with what there is by now (`offer`); what was held goes back.

    Raises `QuoteRefused`.
    """
    quote = opened(quote_id, seen)
    move(quote, "anew", side=FIRM, now=now)
    _ask(quote, queries.request_of(quote), now=now, person_id=person_id)
    holds.release(quote)
    return quote


def offer(
    *, quote_id: int, alternatives: Sequence[Allotment], now: datetime, seen: int | None = None
) -> Quote:
    """Add the alternatives that were worked out since version `seen`. Raises `QuoteChanged` when that is the past."""
    quote = opened(quote_id, seen)
    move(quote, "offer", side=SYSTEM, now=now)
    _propose(quote, alternatives, now=now)
    return quote


def _check_payment(request: Request) -> None:
    if request.payment not in [method.code for method in offered_to_firms()]:
        raise FormInvalid({"payment": _("Please choose how you pay.")})


def _opened(request: Request, key: str, person_id: int | None, now: datetime) -> tuple[Quote, bool]:
    """A new quote's row, or the one that the same form has made at the same moment."""
    for _try in range(_TRIES):
        nonce = new_nonce()
        quote = Quote(
            number=f"Q-{now.year}-" + "".join(secrets.choice(_READABLE) for _place in range(6)),
            nonce=nonce,
            link_hash=hash_of(nonce),
            idempotency_key=key,
            person_id=person_id,
            state=PROPOSED,
            currency=current_settings().shop.currency,
            created_at=now,
            versions=[],
            messages=[],
            holds=[],
        )
        _write_firm(quote, request)
        try:
            with db.session.begin_nested():
                db.session.add(quote)
        except IntegrityError:
            twin = queries.by_key(key)
            if twin is not None:
                return twin, False
            continue  # the number was taken: one in hundreds of millions
        return quote, True
    raise RuntimeError("no free quote number found")


def _write_firm(quote: Quote, request: Request) -> None:
    for name in FIRM_FIELDS:
        setattr(quote, name, getattr(request.firm, name))
    quote.language = request.language
    quote.purchase_order = request.purchase_order
    quote.mailbox_key = mailbox_key(request.firm.email)
    quote.register_key = register_key(request.firm.register_number, request.firm.vat_id)


def _ask(quote: Quote, request: Request, *, now: datetime, person_id: int | None) -> QuoteVersion:
    """Freeze a request; from here on nothing is in force."""
    on_account = request.payment == ON_INVOICE
    version = add_version(
        quote,
        REQUEST,
        side=FIRM,
        now=now,
        person_id=person_id,
        payment=request.payment,
        invoice_days=current_settings().fleet.invoice_days if on_account else None,
        wanted_on=request.wanted_on,
        vat_only=request.vat_only,
        terms="",
        request_of=quote.version + 1,
    )
    version.wishes = [
        QuoteWish(position=position, **{name: getattr(wish, name) for name in Wish.__slots__})
        for position, wish in enumerate(request.wishes)
    ]
    quote.offered, quote.remind_at, quote.expires_at = None, None, now + PROPOSED_FOR
    db.session.flush()
    return version


def _propose(quote: Quote, found: Sequence[Allotment], *, now: datetime) -> None:
    """Freeze the alternatives; one that gives nothing is none."""
    request = quote.request
    for allotment in found:
        if not allotment.takes:
            continue
        version = add_version(
            quote, PROPOSAL, side=SYSTEM, now=now, alternative=allotment.kind, gap=allotment.gap
        )
        freezing.freeze(version, quote, request, freezing.taken(allotment))
    db.session.flush()
    letters.tell(quote, "made", now=now)
