"""VAT within prices that include it: the margin scheme of second-hand goods, and the standard scheme."""

from decimal import Decimal

from ..core.money import Money, round_half_up

MARGIN, STANDARD = "margin", "standard"


def vat_of_unit(*, scheme: str, price: Money, purchase: Money | None, percent: Decimal) -> Money | None:
    """The VAT within one unit's price. None where it can't be worked out: margin scheme, purchase price unknown.

    Margin scheme: (sale - purchase) * r / (1 + r), never below 0 (Directive 2006/112/EC art. 315). Bought for 200.00,
    sold for 320.00 at 20 %: 120.00 * 20 / 120 = 20.00. Bought for 330.00: 0.00, which offsets nothing else.
    Standard scheme: sale * r / (1 + r). Sold for 320.00 at 20 %: 53.33.
    """
    if scheme == STANDARD:
        return _within(price, percent)
    if purchase is None:
        return None
    return _within(max(price - purchase, Money(0, price.currency), key=lambda m: m.minor), percent)


def vat_of_line(
    *, scheme: str, price: Money, quantity: int, purchase: Money | None, percent: Decimal
) -> Money | None:
    """The VAT within a line of `quantity` like units; rounded once per line under the standard scheme, once per unit
    under the margin scheme, where each unit is a sale of its own. Three units of 9.99 at 20 %: 4.995, so 5.00.
    """
    if scheme == STANDARD:
        return _within(price * quantity, percent)
    unit = vat_of_unit(scheme=scheme, price=price, purchase=purchase, percent=percent)
    return None if unit is None else unit * quantity


def _within(amount: Money, percent: Decimal) -> Money:
    return Money(round_half_up(Decimal(amount.minor) * percent / (100 + percent)), amount.currency)
