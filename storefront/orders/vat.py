"""VAT within prices that include it: the margin scheme of second-hand goods, and the standard scheme."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..core.money import Money, round_half_up, total

MARGIN, STANDARD = "margin", "standard"


def vat_of_unit(*, scheme: str, price: Money, purchase: Money | None, percent: Decimal) -> Money | None:
    """The VAT within one unit's price. None where it can't be worked out: margin scheme, purchase price unknown.

    Margin scheme: (sale - purchase) * r / (1 + r), never below 0 (Directive 2006/112/EC art. 315). Bought for 200.00,
    sold for 320.00 at 20 %: 120.00 * 20 / 120 = 20.00. Bought for 330.00: 0.00, which offsets nothing else.
    Standard scheme: sale * r / (1 + r). Sold for 320.00 at 20 %: 53.33.
    """
    if scheme == STANDARD:
        return vat_within(price, percent)
    if purchase is None:
        return None
    return vat_within(max(price - purchase, Money(0, price.currency), key=lambda m: m.minor), percent)


def vat_of_line(
    *, scheme: str, price: Money, quantity: int, purchase: Money | None, percent: Decimal, shipping: Money
) -> Money | None:
    """The VAT within a line of `quantity` like units; rounded once per line under the standard scheme, once per unit
    under the margin scheme, where each unit is a sale of its own. Three units of 9.99 at 20 %: 4.995, so 5.00.

    `shipping` is the line's share of its parcel's (`shared`). Under the margin scheme it belongs to the selling price,
    which is all that the customer pays, transport included (Directive 2006/112/EC art. 312(1)); the transport itself
    is no purchase of the goods, and lowers nothing. Bought for 200.00, sold for 320.00 and 3.90 of delivery, at 20 %:
    123.90 * 20 / 120 = 20.65. Under the standard scheme delivery is taxed beside the goods, and not in here.
    """
    if scheme == STANDARD:
        return vat_within(price * quantity, percent)
    return vat_of_margin(price * quantity + shipping, quantity, purchase, percent)


def vat_of_margin(sale: Money, quantity: int, purchase: Money | None, percent: Decimal) -> Money | None:
    """The VAT under the margin scheme of like units sold for `sale` in all, each bought for `purchase`; none where that
    isn't known. 647.80 for two bought for 200.00, at 20 %: 123.90 * 20 / 120 each, 41.30.
    """
    units = [
        vat_of_unit(scheme=MARGIN, price=Money(part, sale.currency), purchase=purchase, percent=percent)
        for part in shared(sale.minor, [1] * quantity)
    ]
    known = [unit for unit in units if unit is not None]
    return total(known, sale.currency) if len(known) == quantity else None


@dataclass(frozen=True, slots=True)
class Taxed:
    """A line of a parcel: what it comes to, in minor units, and the VAT within, as `vat_of_line` has it."""

    scheme: str
    percent: Decimal
    gross: int
    vat: int | None


def vat_by_percent(
    parcels: Iterable[tuple[int, Sequence[Taxed]]], currency: str
) -> tuple[tuple[Decimal, Money], ...]:
    """The VAT that is shown, by percent, of parcels (what their delivery costs, in minor units, and their lines):
    that of goods under the standard scheme, and of their share of the delivery, rounded once per parcel.

    What travels under the margin scheme has its share within its own margin, and shows no VAT. Two lines of 100.00
    under the standard scheme and one of 100.00 under the margin scheme, and 3.90 of delivery, at 20 %: 16.67 twice,
    and of the 2.60 that the two bear 0.43, so 33.77.
    """
    amounts: dict[Decimal, int] = defaultdict(int)
    for delivery, lines in parcels:
        borne: dict[Decimal, int] = defaultdict(int)
        for line, part in zip(lines, shared(delivery, [line.gross for line in lines]), strict=True):
            if line.scheme == STANDARD:
                amounts[line.percent] += line.vat or 0
                borne[line.percent] += part
        for percent, part in borne.items():
            amounts[percent] += vat_within(Money(part, currency), percent).minor
    return tuple((percent, Money(minor, currency)) for percent, minor in sorted(amounts.items()))


def shared(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount`, in minor units, in parts as large as `weights` (above 0 in all), not one cent lost: each part is
    rounded down, and the cents left go to the first. 390 over 20000 and 10000: 260 and 130; over 1, 1 and 1 of 100:
    34, 33 and 33.
    """
    parts = [amount * weight // sum(weights) for weight in weights]
    left = amount - sum(parts)
    return [part + (position < left) for position, part in enumerate(parts)]


def vat_within(amount: Money, percent: Decimal) -> Money:
    """The VAT within an amount that includes it: 1.20 at 20 % holds 0.20."""
    return Money(round_half_up(Decimal(amount.minor) * percent / (100 + percent)), amount.currency)
