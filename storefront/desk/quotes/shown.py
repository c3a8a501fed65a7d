"""One quote, and a row of the list, as operators see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ...config import current_settings
from ...core.money import Money
from ...fleet.quotes.models import Quote, QuoteLine, QuoteVersion
from ...fleet.quotes.offered import wish_text
from ...fleet.quotes.rules import OPERATOR, possible
from ...fleet.quotes.shown import QuotePage, quote_page_of
from ...fleet.quotes.sums import Sums, sums_of


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list. `waits` when the firm had the last word."""

    number: str
    firm: str
    state: str
    units: int
    total: Money | None
    created_at: datetime
    expires_at: datetime | None
    waits: bool


def listed(quote: Quote) -> Listed:
    version = quote.in_force
    sums = sums_of(version) if version else None
    return Listed(
        number=quote.number,
        firm=quote.name,
        state=quote.state,
        units=sums.units if sums else sum(wish.quantity + wish.spare for wish in quote.request.wishes),
        total=sums.total if sums else None,
        created_at=quote.created_at,
        expires_at=quote.expires_at,
        waits=bool(quote.messages) and quote.messages[-1].side != OPERATOR,
    )


@dataclass(frozen=True, slots=True)
class QuoteForDesk:
    """A quote with who asked; `held` is how many units are out of stock for it now."""

    page: QuotePage
    email: str
    phone: str
    held: int
    may_adjust: bool
    may_close: bool
    blanked: bool


def quote_for_desk(quote: Quote, *, now: datetime) -> QuoteForDesk:
    verbs = possible(OPERATOR, quote.state)
    return QuoteForDesk(
        page=quote_page_of(quote, now=now, side=OPERATOR),
        email=quote.email,
        phone=quote.phone,
        held=sum(quote.held.values()),
        may_adjust="adjust" in verbs and base_of(quote) is not None and quote.blanked_at is None,
        may_close="call_off" in verbs,
        blanked=quote.blanked_at is not None,
    )


def base_of(quote: Quote) -> QuoteVersion | None:
    """The version that an adjustment starts from: what holds, or held, else the first that was proposed."""
    if quote.in_force is not None:
        return quote.in_force
    return quote.proposals[0] if quote.proposals else None


@dataclass(frozen=True, slots=True)
class ToAdjust:
    """The form of an adjustment as it stands before anybody typed: values by field, and the lines they are of."""

    lines: tuple[QuoteLine, ...]
    wishes: tuple[tuple[str, str], ...]
    sums: Sums
    values: dict[str, str]


def to_adjust(quote: Quote, base: QuoteVersion) -> ToAdjust:
    sums = sums_of(base)
    lines = tuple(one.line for one in sums.lines)
    values = {"payment": base.payment, "terms": base.terms, **_until(quote.expires_at)}
    for line in lines:
        values[f"quantity-{line.position}"] = str(line.quantity)
        values[f"price-{line.position}"] = str(Money(line.price_minor, quote.currency).amount)
    wishes = quote.request.wishes
    return ToAdjust(lines, tuple((str(wish.position), wish_text(wish)) for wish in wishes), sums, values)


def positions(form: ToAdjust) -> Sequence[int]:
    return [int(position) for position, _text in form.wishes]


def _until(expires_at: datetime | None) -> dict[str, str]:
    if expires_at is None:
        return {}
    at = expires_at.astimezone(ZoneInfo(current_settings().shop.time_zone))
    return {"until_day": f"{at:%Y-%m-%d}", "until_time": f"{at:%H:%M}"}
