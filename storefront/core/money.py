"""Money: a whole number of minor units (cents) with its currency."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from babel.numbers import get_currency_precision

_DECIMAL = re.compile(r"-?\d{1,12}(?:[.,]\d{1,4})?", re.ASCII)


class CurrencyMismatch(Exception):
    """Two amounts of different currencies were added, subtracted or compared."""


def round_half_up(amount: Decimal) -> int:
    """The one rounding of the shop: to a whole minor unit, halves away from zero, once per line.

    A unit bought for 200.00 and sold for 320.00 at 20 % VAT holds 12000 * 20 / 120 = 2000 cents of VAT: 20.00.
    Sold for 320.03, it holds 12003 / 6 = 2000.5 cents, which is rounded to 2001: 20.01.
    """
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units of `currency` (an ISO 4217 code): `Money(31900, "EUR")` is 319 euros."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read a decimal such as `1299.00` or `1299,5`. Raises `ValueError` for anything else."""
        stripped = text.strip()
        if not _DECIMAL.fullmatch(stripped):
            raise ValueError(f"not an amount: {text!r}")
        scaled = Decimal(stripped.replace(",", ".")).scaleb(get_currency_precision(currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(f"more decimals than {currency} has: {text!r}")
        return cls(int(scaled), currency)

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Self:
        """`Decimal("4.90")` as money, rounded half up to the currency's minor unit."""
        return cls(round_half_up(amount.scaleb(get_currency_precision(currency))), currency)

    @property
    def amount(self) -> Decimal:
        """In major units: `Money(31900, "EUR").amount == Decimal("319.00")`."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def __add__(self, other: Self) -> Self:
        return type(self)(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.minor - self._same(other).minor, self.currency)

    def __mul__(self, quantity: int) -> Self:
        return type(self)(self.minor * quantity, self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._same(other).minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Self) -> Self:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; 0 in `currency` when there is nothing to add."""
    result = Money(0, currency)
    for amount in amounts:
        result += amount
    return result
