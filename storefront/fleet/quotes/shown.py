"""What the pages and papers of a quote show: plain values, made from a quote that was read whole.

Every total is one of `sums.sums_of`, and none is worked out here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from ...core.clock import shop_day
from ...core.money import Money
from ...orders.labels import country_name
from . import labels
from .models import Quote, QuoteMessage, QuoteVersion, QuoteWish
from .offered import OfferShown, offer_of, wish_text
from .rules import FIRM, LIVE, PROPOSED, possible
from .sums import sums_of
from .tradeoffs import Weighed, trade_off


@dataclass(frozen=True, slots=True)
class Entry:
    """A version in the history of a quote; `total` where it has prices."""

    number: int
    label: str
    at: datetime
    side: str
    note: str
    total: Money | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class MessageShown:
    """What one side said."""

    mine: bool
    side: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Party:
    """A name with what stands under it on a paper."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuotePage:
    """A whole quote as its firm sees it. `offer` is what holds (or held), `proposals` what may be chosen."""

    number: str
    state: str
    label: str
    version: int
    verbs: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    language: str
    buyer: Party
    delivery: Party
    purchase_order: str
    accepted_name: str
    contact: str
    wishes: tuple[str, ...]
    proposals: tuple[OfferShown, ...]
    offer: OfferShown | None
    history: tuple[Entry, ...]
    messages: tuple[MessageShown, ...]
    order_id: int | None


def quote_page_of(quote: Quote, *, now: datetime, side: str = FIRM) -> QuotePage:
    """The quote as a side sees it now."""
    today = shop_day(now)
    wishes = quote.request.wishes
    in_force = quote.in_force
    return QuotePage(
        number=quote.number,
        state=quote.state,
        label=labels.state_label(quote.state),
        version=quote.version,
        verbs=possible(side, quote.state),
        created_at=quote.created_at,
        expires_at=quote.expires_at if quote.state in LIVE else None,
        language=quote.language,
        buyer=_buyer(quote),
        delivery=_delivery(quote),
        purchase_order=quote.purchase_order,
        accepted_name=quote.accepted_name,
        contact=quote.contact,
        wishes=tuple(_wish(wish) for wish in wishes),
        proposals=_proposals(quote.proposals, wishes, today) if quote.state == PROPOSED else (),
        offer=offer_of(in_force, _wishes_of(quote, in_force), today) if in_force else None,
        history=tuple(_entry(quote, version) for version in reversed(quote.versions)),
        messages=tuple(_message(message, side) for message in quote.messages),
        order_id=quote.order_id,
    )


def _wishes_of(quote: Quote, version: QuoteVersion) -> Sequence[QuoteWish]:
    """The wishes that the lines of a version answer."""
    return quote.numbered(version.request_of).wishes if version.request_of else quote.request.wishes


def _buyer(quote: Quote) -> Party:
    lines = (
        quote.contact, quote.street, quote.street_more, f"{quote.postcode} {quote.city}", country_name(quote.country),
        _("Register number %(number)s", number=quote.register_number) if quote.register_number else "",
        _("VAT id %(id)s", id=quote.vat_id) if quote.vat_id else "",
    )  # fmt: skip
    return Party(quote.name, tuple(line.strip() for line in lines if line.strip()))


def _delivery(quote: Quote) -> Party:
    lines = (
        quote.delivery_street, quote.delivery_street_more,
        f"{quote.delivery_postcode} {quote.delivery_city}", country_name(quote.delivery_country),
    )  # fmt: skip
    return Party(quote.delivery_name, tuple(line.strip() for line in lines if line.strip()))


def _wish(wish: QuoteWish) -> str:
    """`12 × laptop 16 GB`, with its spares."""
    units = wish.quantity + wish.spare
    said = f"{units} × {wish_text(wish)}"
    return said if not wish.spare else _("%(said)s (%(spare)s spare)", said=said, spare=wish.spare)


def _proposals(
    versions: Sequence[QuoteVersion], wishes: Sequence[QuoteWish], today: date
) -> tuple[OfferShown, ...]:
    weighed = [_weighed(version) for version in versions]
    return tuple(
        offer_of(version, wishes, today, gives_up=_gives_up(one, weighed, version.quote.currency))
        for version, one in zip(versions, weighed, strict=True)
    )


def _weighed(version: QuoteVersion) -> Weighed:
    sums = sums_of(version)
    return Weighed(
        total=sums.total.minor,
        units=sums.units,
        models=len({line.line.product_slug for line in sums.lines}),
        parcels=len(sums.parcels),
    )


def _gives_up(one: Weighed, among: Sequence[Weighed], currency: str) -> tuple[str, ...]:
    lost = trade_off(one, among)
    if lost.nothing:
        return (_("Nothing that another one has."),) if len(among) > 1 else ()
    money = current_app.jinja_env.filters["money"]
    said = (
        labels.fewer_devices(lost.fewer_units) if lost.fewer_units else "",
        _("%(money)s more than the cheapest.", money=money(Money(lost.dearer, currency)))
        if lost.dearer
        else "",
        ngettext("%(num)d variant.", "%(num)d variants (model, storage, colour).", one.models)
        if lost.more_models
        else "",
        ngettext("%(num)d parcel.", "%(num)d parcels.", one.parcels) if lost.more_parcels else "",
    )
    return tuple(sentence for sentence in said if sentence)


def _entry(quote: Quote, version: QuoteVersion) -> Entry:
    priced = version.lines or version.prices_of is not None
    return Entry(
        number=version.number,
        label=labels.version_label(version.kind, version.by_side, version.alternative),
        at=version.at,
        side=labels.side_label(version.by_side),
        note=version.note,
        total=sums_of(version).total if priced else None,
        in_force=version.number == quote.offered,
    )


def _message(message: QuoteMessage, side: str) -> MessageShown:
    return MessageShown(message.side == side, labels.side_label(message.side), message.at, message.text)
