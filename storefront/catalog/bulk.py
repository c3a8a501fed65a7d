"""Many offers changed at once: what would become of each, worked out before anything is written. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..core.money import round_half_up

# Chosen with one button; more at once come in a file.
MOST_OFFERS = 5_000
# What a price may be made to end in, in minor units of a hundred; "" leaves it as it comes out.
ENDINGS = {"": None, "00": 0, "90": 90}


@dataclass(frozen=True, slots=True)
class BulkChange:
    """What is done to each offer: its price by `percent` or by `amount_minor`, then made to end in `ending`; its stock
    and guarantee set. What is `None` stays as it is.
    """

    percent: Decimal | None = None
    amount_minor: int | None = None
    ending: str = ""
    stock: int | None = None
    guarantee_months: int | None = None

    def price(self, minor: int) -> int:
        """The new price, which may turn out below 1.

        Worked example: 319.50 less 10 % is 287.55; made to end in .90 it is 287.90, in .00 it is 288.00.
        """
        if self.percent is None and self.amount_minor is None:
            return minor
        if self.percent is not None:
            changed = round_half_up(minor * (100 + self.percent) / 100)
        else:
            changed = minor + (self.amount_minor or 0)
        return ending_in(changed, ENDINGS[self.ending])


def ending_in(minor: int, ending: int | None) -> int:
    """The nearest price of which the last two digits are `ending`; of two as near, the higher one."""
    if ending is None:
        return minor
    return (minor - ending + 50) // 100 * 100 + ending


@dataclass(frozen=True, slots=True)
class Terms:
    """The part of an offer that changes in bulk."""

    price_minor: int
    stock: int
    guarantee_months: int


@dataclass(frozen=True, slots=True)
class BulkLine:
    """One offer, before and after."""

    offer_id: int
    product_id: int
    title: str
    grade: str
    sku: str
    before: Terms
    after: Terms

    @property
    def values(self) -> dict[str, Any]:
        """What is to be written: the fields that differ would do, but one statement for all takes them all."""
        after = self.after
        return {
            "price_minor": after.price_minor,
            "stock": after.stock,
            "guarantee_months": after.guarantee_months,
        }


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """All offers that were chosen, in the order of their ids."""

    lines: Sequence[BulkLine]

    @property
    def changed(self) -> list[BulkLine]:
        return [line for line in self.lines if line.after != line.before]

    @property
    def too_low(self) -> list[BulkLine]:
        """Those that would cost nothing, or less."""
        return [line for line in self.lines if line.after.price_minor <= 0]

    def too_high(self, highest_minor: int) -> list[BulkLine]:
        return [line for line in self.lines if line.after.price_minor > highest_minor]

    @property
    def key(self) -> str:
        """Names the offers, what they are and what would become of them."""
        told = repr([(line.offer_id, line.before, line.after) for line in self.lines])
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def planned(change: BulkChange, offers: Sequence[Any]) -> BulkPlan:
    """The plan for these rows (`id`, `product_id`, `title`, `grade`, `sku` and the three terms)."""
    lines = []
    for offer in sorted(offers, key=lambda offer: int(offer.id)):
        before = Terms(offer.price_minor, offer.stock, offer.guarantee_months)
        after = Terms(
            change.price(offer.price_minor),
            offer.stock if change.stock is None else change.stock,
            offer.guarantee_months if change.guarantee_months is None else change.guarantee_months,
        )
        lines.append(BulkLine(offer.id, offer.product_id, offer.title, offer.grade, offer.sku, before, after))
    return BulkPlan(lines)
