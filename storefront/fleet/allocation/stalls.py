"""What is on sale as columns, and which of it does for a wish: as `wishes.fitting.fits`, for all offers at once, and by
the day on which they can be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from ...catalog.rules import BATTERY_FLOOR, GRADES
from ...orders.dates import delivery_window
from ..wishes.fitting import RECOVERABLE
from ..wishes.rules import ANY, SAME_GRADE, Request, Wish
from .market import Flags, Ints

# What of a wish can give way, in the order in which it is said.
NEEDS = ("grade", "battery", "budget", "storage", "words", "date", "vat_only")


@dataclass(frozen=True, slots=True)
class NearMiss:
    """That there would be `units` more for a wish (as alike as it asks for) if one need of `NEEDS` gave way."""

    need: str
    units: int


@dataclass(frozen=True, slots=True)
class Stalls:
    """Offers that can be bought, by columns; `model` is -1 where it is unknown, `category` a place in `categories`.

    `there_on` is the ordinal of the day on which each would have arrived at the latest.
    """

    product: Ints
    model: Ints
    category: Ints
    storage: Ints
    grade: Ints
    price: Ints
    battery: Ints
    recoverable: Flags
    stock: Ints
    there_on: Ints
    categories: tuple[str, ...]

    @classmethod
    def of(
        cls,
        offers: Sequence[Any],
        products: Mapping[int, Any],
        sellers: Mapping[int, Any],
        *,
        today: date,
        travel_days: int,
    ) -> Stalls:
        """Of rows of offers, and of their products and sellers by id; a seller begins `today`, and its parcel is on
        its way for `travel_days`.
        """
        # Column by column: there may be a hundred thousand of them.
        columns = list(zip(*offers, strict=True)) or [()] * 8
        _ids, product, grade, price, stock, battery, vat_scheme, seller = columns
        categories = tuple(sorted({row.slug for row in products.values()}))
        number = {slug: place for place, slug in enumerate(categories)}
        days = {row.handling_days for row in sellers.values()}
        arrival = {each: delivery_window(today, each, travel_days)[1].toordinal() for each in days}
        grades = {grade: place for place, grade in enumerate(GRADES)}
        models = {id: -1 if row.model_id is None else row.model_id for id, row in products.items()}
        kinds = {id: number[row.slug] for id, row in products.items()}
        storages = {id: row.storage_gb or 0 for id, row in products.items()}
        arrivals = {id: arrival[row.handling_days] for id, row in sellers.items()}
        return cls(
            product=_column(product),
            model=_column(map(models.__getitem__, product)),
            category=_column(map(kinds.__getitem__, product)),
            storage=_column(map(storages.__getitem__, product)),
            grade=_column(map(grades.__getitem__, grade)),
            price=_column(price),
            battery=cls.batteries(battery, grade),
            recoverable=np.array([each == RECOVERABLE for each in vat_scheme], np.bool_),
            stock=_column(stock),
            there_on=_column(map(arrivals.__getitem__, seller)),
            categories=categories,
        )

    @staticmethod
    def batteries(measured: Sequence[int | None], grades: Sequence[str]) -> Ints:
        """A battery that nobody measured is what its grade promises."""
        return _column(own or BATTERY_FLOOR[grade] for own, grade in zip(measured, grades, strict=True))

    def fitting(
        self, wish: Wish, request: Request, said: Mapping[str, frozenset[int]], without: str = ""
    ) -> Flags:
        """Which offers do for the wish, one need of `NEEDS` left aside where it is named."""
        asked = self._asked_for(wish, {} if without == "words" else said)
        if without != "grade":
            asked &= self.grade <= GRADES.index(wish.grade)
        if wish.storage_gb is not None and without != "storage":
            asked &= self.storage >= wish.storage_gb
        if wish.battery is not None and without != "battery":
            asked &= self.battery >= wish.battery
        if wish.budget is not None and without != "budget":
            asked &= self.price <= wish.budget
        if request.vat_only and without != "vat_only":
            asked &= self.recoverable
        day = request.day_of(wish)
        if day is not None and without != "date":
            asked &= self.there_on <= day.toordinal()
        return asked

    def _asked_for(self, wish: Wish, said: Mapping[str, frozenset[int]]) -> Flags:
        if wish.model_id is not None:
            asked = self.model == wish.model_id
        elif wish.category is not None:
            known = wish.category in self.categories
            asked = self.category == (self.categories.index(wish.category) if known else -1)
        else:
            # Words are all that it asks for: without them it asks for nothing.
            asked = np.full(len(self.product), bool(wish.words and said), np.bool_)
        if wish.words and said:
            asked &= np.isin(self.product, np.array(sorted(said[wish.words]), np.int64))
        return asked

    def alike(self, fitting: Flags, uniformity: str) -> int:
        """How many units there are that are as alike as asked for."""
        stock = self.stock[fitting]
        if uniformity == ANY or not len(stock):
            return int(stock.sum())
        # A thing of no known model is one by itself.
        kind = np.where(self.model[fitting] >= 0, 2 * self.model[fitting], 2 * self.product[fitting] + 1)
        if uniformity == SAME_GRADE:
            kind = kind * len(GRADES) + self.grade[fitting]
        _values, group = np.unique(kind, return_inverse=True)
        return int(np.bincount(group, weights=stock).max())

    def near_misses(
        self, wish: Wish, request: Request, said: Mapping[str, frozenset[int]]
    ) -> tuple[NearMiss, ...]:
        """For a wish that can't be filled by itself: what each need that gave way would bring."""
        there = self.alike(self.fitting(wish, request, said), wish.uniformity)
        if there >= wish.units:
            return ()
        more = {
            need: self.alike(self.fitting(wish, request, said, need), wish.uniformity) - there
            for need in NEEDS
        }
        return tuple(NearMiss(need, units) for need, units in more.items() if units > 0)


def _column(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)
