"""Kinds of cards: the combinations of grade, category, brand, storage and colour, numbered.

There are far fewer of them than cards. So every filter is decided, and every choice counted, by kind: what it costs to
do so for each card is to look up one number.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

PRODUCT_FACETS = ("category", "brand", "storage", "colour")

# As wide as numpy's indices, so that counting and looking up need no conversion.
Codes = NDArray[np.intp]


class Kinds:
    """Only ever grows, so older tables' numbers stay right.

    A product has the number of its kind in no grade; its card in a grade that number plus the code of the grade.
    """

    def __init__(self, grades: int) -> None:
        self._each = grades + 1
        self._numbers: dict[tuple[int, ...], int] = {}
        # For each number its code in each facet; replaced as a whole, for searches that read it meanwhile.
        self.codes: Mapping[str, Codes] = {
            facet: np.empty(0, np.intp) for facet in ("grade", *PRODUCT_FACETS)
        }

    def number(self, codes: tuple[int, ...]) -> int:
        """The number of a product with these codes, in the order of `PRODUCT_FACETS`. `settle` before its use."""
        return self._numbers.setdefault(codes, len(self._numbers)) * self._each

    def settle(self) -> None:
        """Write down what kinds have been numbered since."""
        settled = len(self.codes["grade"]) // self._each
        if settled == len(self._numbers):
            return
        fresh = np.array(list(self._numbers)[settled:], np.intp)
        more = {"grade": np.tile(np.arange(self._each), len(fresh))}
        for place, facet in enumerate(PRODUCT_FACETS):
            more[facet] = np.repeat(fresh[:, place], self._each)
        self.codes = {facet: np.append(codes, more[facet]) for facet, codes in self.codes.items()}
