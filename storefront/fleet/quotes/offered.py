"""What a version with prices shows, on pages and papers: plain values, every total one of `sums.sums_of`."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from ...catalog.shown import NewPrice
from ...core.money import Money
from ...impact.queries import Avoided
from ...orders.dates import delivery_window, travel_window
from ...orders.vat import STANDARD
from . import labels
from .carbon import CarbonReport, carbon_report
from .models import QuoteLine, QuoteVersion, QuoteWish
from .sums import LineSums, ParcelSums, Sums, sums_of


@dataclass(frozen=True, slots=True)
class LineShown:
    """Like units of one offer. `listed` is the offer's own price where the quote's is lower; `vat` the VAT that is
    shown of the line, none under the margin scheme.
    """

    position: int
    title: str
    slug: str
    sku: str
    grade: str
    battery_percent: int | None
    guarantee_months: int
    quantity: int
    price: Money
    listed: Money | None
    total: Money
    margin: bool
    vat_percent: Decimal
    vat: Money | None
    new: NewPrice | None


@dataclass(frozen=True, slots=True)
class ParcelShown:
    """What one seller sends for one day: within how many working days, and when that is if it is ordered today."""

    seller_name: str
    wanted_on: date | None
    days: tuple[int, int]
    arrives_from: date
    arrives_until: date
    shipping: Money
    lines: tuple[LineShown, ...]


@dataclass(frozen=True, slots=True)
class Short:
    """A wish, by its position, that can't be filled whole."""

    position: int
    text: str
    wanted: int
    found: int


@dataclass(frozen=True, slots=True)
class OfferShown:
    """A version with prices: an alternative, or what holds. `gives_up` is what an alternative is weaker at, in
    sentences.
    """

    number: int
    kind: str
    alternative: str
    label: str
    note: str
    gives_up: tuple[str, ...]
    parcels: tuple[ParcelShown, ...]
    short: tuple[Short, ...]
    sums: Sums
    payment: str
    payment_label: str
    invoice_days: int | None
    asks_for_credit: bool
    wanted_on: date | None
    terms: str
    gap_percent: float | None

    @property
    def lines(self) -> tuple[LineShown, ...]:
        return tuple(line for parcel in self.parcels for line in parcel.lines)

    @property
    def arrives_until(self) -> date:
        return max(parcel.arrives_until for parcel in self.parcels)


def offer_of(
    version: QuoteVersion, wishes: Sequence[QuoteWish], today: date, *, gives_up: tuple[str, ...] = ()
) -> OfferShown:
    """A version with lines, as of `today`."""
    sums = sums_of(version)
    return OfferShown(
        number=version.number,
        kind=version.kind,
        alternative=version.alternative,
        label=labels.alternative_label(version.alternative) if version.alternative else "",
        note=labels.alternative_note(version.alternative) if version.alternative else "",
        gives_up=gives_up,
        parcels=tuple(_parcel(parcel, today) for parcel in sums.parcels),
        short=tuple(_short(sums, wishes)),
        sums=sums,
        payment=version.payment,
        payment_label=labels.payment_label(version.payment),
        invoice_days=version.invoice_days,
        asks_for_credit=version.asks_for_credit,
        wanted_on=version.wanted_on,
        terms=version.terms,
        gap_percent=None if version.gap is None else version.gap * 100,
    )


def _parcel(parcel: ParcelSums, today: date) -> ParcelShown:
    handling, travel = parcel.parcel.handling_days, parcel.parcel.travel_days
    first, last = delivery_window(today, handling, travel)
    return ParcelShown(
        seller_name=parcel.parcel.seller_name,
        wanted_on=parcel.parcel.wanted_on,
        days=travel_window(handling, travel),
        arrives_from=first,
        arrives_until=last,
        shipping=parcel.shipping,
        lines=tuple(_line(line) for line in parcel.lines),
    )


def _line(sums: LineSums) -> LineShown:
    line, currency = sums.line, sums.price.currency
    lower = line.price_minor < line.list_price_minor
    return LineShown(
        position=line.position,
        title=line.title,
        slug=line.product_slug,
        sku=line.sku,
        grade=line.grade,
        battery_percent=line.battery_percent,
        guarantee_months=line.guarantee_months,
        quantity=line.quantity,
        price=sums.price,
        listed=Money(line.list_price_minor, currency) if lower else None,
        total=sums.gross,
        margin=line.vat_scheme != STANDARD,
        vat_percent=line.vat_percent,
        vat=sums.vat,
        new=_new_price(line, currency),
    )


def _new_price(line: QuoteLine, currency: str) -> NewPrice | None:
    if line.new_price_minor is None:
        return None
    return NewPrice(Money(line.new_price_minor, currency), line.new_price_on, line.new_price_source)


def _short(sums: Sums, wishes: Sequence[QuoteWish]) -> Iterator[Short]:
    found = Counter[int]()
    for one in sums.lines:
        found[one.line.wish] += one.line.quantity
    for wish in wishes:
        wanted = wish.quantity + wish.spare
        if found[wish.position] < wanted:
            yield Short(wish.position, wish_text(wish), wanted, found[wish.position])


def wish_text(wish: QuoteWish) -> str:
    """What was asked for, as it was typed but for how many (`12 x laptop 14"` is `laptop 14"`), else as it was
    understood.
    """
    typed = re.sub(rf"^\s*{wish.quantity}\s*[x×*]?\s+(?=\D)", "", wish.text, count=1) if wish.text else ""
    return typed or wish.text or wish.words or wish.category or _("device")


def carbon_of(version: QuoteVersion) -> CarbonReport:
    """What the units of a version avoid, by the figures that were copied into it: each unit is counted once."""
    units = Counter[str]()
    factors: dict[tuple[str, str], Avoided] = {}
    for one in sums_of(version).lines:
        units[one.line.category] += one.line.quantity
        if one.line.impact_avoided_kg is not None:
            factors.setdefault((one.line.category, one.line.impact_per), _factor(one.line))
    return carbon_report(units, tuple(factors.values()))


def _factor(line: QuoteLine) -> Avoided:
    return Avoided(
        category=line.category,
        metric="climate",
        unit="kg CO2e",
        new=line.impact_new_kg,
        refurbished=line.impact_refurbished_kg,
        avoided=line.impact_avoided_kg or 0,
        per=line.impact_per,
        source_en=line.impact_source,
        source_fr=line.impact_source,
        year=line.impact_year or 0,
        url=line.impact_url,
    )
