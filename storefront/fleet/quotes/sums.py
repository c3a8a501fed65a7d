"""What a version of a quote comes to: the one computation that its page, its PDF, its CSV and its order agree with.

Prices include VAT and are whole minor units; a line is price times quantity, and nothing of it is rounded. VAT is
worked out by `orders.vat`, as for any order: under the standard scheme once per line, and of the delivery that these
lines bear once per parcel; under the margin scheme it is within the price, and not shown. An example stands in
docs/adr/0019-quotes.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...core.money import Money, total
from ...orders.vat import STANDARD, Taxed, shared, vat_by_percent, vat_of_line
from .models import QuoteLine, QuoteParcel, QuoteVersion


@dataclass(frozen=True, slots=True)
class LineSums:
    """A line: `price` of one unit, `gross` of all; `vat` where it is shown (standard scheme), `net` without it.

    `reduction` is what it is below the offers' own prices, `saving` below new, where that price is known.
    """

    line: QuoteLine
    price: Money
    gross: Money
    vat: Money | None
    net: Money
    reduction: Money
    saving: Money | None


@dataclass(frozen=True, slots=True)
class ParcelSums:
    """What one seller sends for one day: its lines, what they come to, and what sending them costs."""

    parcel: QuoteParcel
    lines: tuple[LineSums, ...]
    goods: Money
    shipping: Money

    @property
    def total(self) -> Money:
        return self.goods + self.shipping


@dataclass(frozen=True, slots=True)
class Sums:
    """A whole version. `vat` are amounts by percent, of what shows VAT; `margin` if some of it doesn't.

    `net` is the total without the VAT that is shown: what it costs a firm that recovers its VAT. `new_total` is what
    `compared_units` of the units would cost new, and `saving` what these cost less.
    """

    lines: tuple[LineSums, ...]
    parcels: tuple[ParcelSums, ...]
    units: int
    goods: Money
    shipping: Money
    total: Money
    vat: tuple[tuple[Decimal, Money], ...]
    vat_total: Money
    net: Money
    margin: bool
    reduction: Money
    new_total: Money
    saving: Money
    compared_units: int


def sums_of(version: QuoteVersion) -> Sums:
    """Of a version with lines of its own, or of the one whose prices it is about."""
    if version.prices_of is not None and not version.lines:
        version = version.quote.numbered(version.prices_of)
    currency = version.quote.currency
    parcels = tuple(_parcel(parcel, version, currency) for parcel in version.parcels)
    lines = tuple(line for parcel in parcels for line in parcel.lines)
    goods = total((line.gross for line in lines), currency)
    shipping = total((parcel.shipping for parcel in parcels), currency)
    vat = vat_by_percent([_taxed(parcel) for parcel in parcels], currency)
    vat_total = total((amount for _percent, amount in vat), currency)
    compared = [line for line in lines if line.saving is not None]
    saving = total((line.saving for line in compared if line.saving), currency)
    return Sums(
        lines=lines,
        parcels=parcels,
        units=sum(line.line.quantity for line in lines),
        goods=goods,
        shipping=shipping,
        total=goods + shipping,
        vat=vat,
        vat_total=vat_total,
        net=goods + shipping - vat_total,
        margin=any(line.line.vat_scheme != STANDARD for line in lines),
        reduction=total((line.reduction for line in lines), currency),
        new_total=total((line.gross for line in compared), currency) + saving,
        saving=saving,
        compared_units=sum(line.line.quantity for line in compared),
    )


def _parcel(parcel: QuoteParcel, version: QuoteVersion, currency: str) -> ParcelSums:
    lines = [line for line in version.lines if line.parcel_key == parcel.key]
    parts = shared(parcel.shipping_minor, [line.gross_minor for line in lines])
    sums = tuple(
        _line(line, Money(part, currency), currency) for line, part in zip(lines, parts, strict=True)
    )
    goods = total((line.gross for line in sums), currency)
    return ParcelSums(parcel, sums, goods, Money(parcel.shipping_minor, currency))


def _line(line: QuoteLine, shipping: Money, currency: str) -> LineSums:
    price, gross = Money(line.price_minor, currency), Money(line.gross_minor, currency)
    vat = None
    if line.vat_scheme == STANDARD:
        vat = vat_of_line(
            scheme=line.vat_scheme,
            price=price,
            quantity=line.quantity,
            purchase=None,
            percent=line.vat_percent,
            shipping=shipping,
        )
    new = None if line.new_price_minor is None else Money(line.new_price_minor, currency) * line.quantity
    return LineSums(
        line=line,
        price=price,
        gross=gross,
        vat=vat,
        net=gross - vat if vat else gross,
        reduction=Money(line.list_price_minor, currency) * line.quantity - gross,
        saving=new - gross if new else None,
    )


def _taxed(parcel: ParcelSums) -> tuple[int, Sequence[Taxed]]:
    lines = [
        Taxed(
            line.line.vat_scheme,
            line.line.vat_percent,
            line.gross.minor,
            line.vat.minor if line.vat else None,
        )
        for line in parcel.lines
    ]
    return parcel.shipping.minor, lines
