"""Products and offers as columns, and the cards made of them. Every table is immutable; changes make a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from search.query import Choice, Document, OfferRow

Ints = NDArray[np.int64]
# As wide as numpy's indices, so that counting and looking up need no conversion.
Codes = NDArray[np.intp]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

PRODUCT_FACETS = ("category", "brand", "storage", "colour")
NONE = 0  # the code of an attribute that a product does not have; real codes count from 1


class Choices:
    """The values that a facet has met, numbered. Only ever grows, so older tables' codes stay right."""

    def __init__(self, values: Sequence[Choice] = ()) -> None:
        self.values: list[Choice] = list(values)
        self._codes = {value: code for code, value in enumerate(self.values, start=1)}

    def code(self, value: Choice | None) -> int:
        if value is None or value == "":
            return NONE
        if value not in self._codes:
            self.values.append(value)
            self._codes[value] = len(self.values)
        return self._codes[value]

    def known_code(self, value: Choice) -> int:
        """Raises KeyError for a value that has not been met."""
        return self._codes[value]

    def value(self, code: int) -> Choice:
        return self.values[code - 1]

    def known(self, values: Iterable[Choice]) -> list[int]:
        """The codes of those values that have been met."""
        return [self._codes[value] for value in values if value in self._codes]


@dataclass(frozen=True, slots=True)
class Products:
    """One row a product, by ascending id."""

    ids: Ints
    freshness: Ints
    codes: Mapping[str, Codes]  # by facet

    @staticmethod
    def of(documents: Iterable[Document], choices: Mapping[str, Choices]) -> Products:
        rows = sorted({document.id: document for document in documents}.values(), key=lambda row: row.id)
        return Products(
            ids=np.array([row.id for row in rows], np.int64),
            freshness=np.array([row.freshness for row in rows], np.int64),
            codes={
                facet: np.array([choices[facet].code(getattr(row, facet)) for row in rows], np.intp)
                for facet in PRODUCT_FACETS
            },
        )

    def rows_of(self, ids: Ints) -> Ints:
        """The row of each id, -1 for those that are no product."""
        if not len(self.ids):
            return np.full(len(ids), -1, np.int64)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[places] == ids, places, -1)

    def without(self, ids: Ints) -> Products:
        keep = ~np.isin(self.ids, ids)
        return Products(
            self.ids[keep], self.freshness[keep], {f: codes[keep] for f, codes in self.codes.items()}
        )

    def merged_with(self, newer: Products) -> Products:
        """These rows, with those of `newer` put in or in their place."""
        kept = self.without(newer.ids)
        at = np.searchsorted(kept.ids, newer.ids)
        return Products(
            ids=np.insert(kept.ids, at, newer.ids),
            freshness=np.insert(kept.freshness, at, newer.freshness),
            codes={f: np.insert(codes, at, newer.codes[f]) for f, codes in kept.codes.items()},
        )


_OFFER_TYPES = {
    "product_id": np.int64,
    "grade": np.intp,
    "value": np.float64,
    "price": np.int64,
    "id": np.int64,
    "battery": np.int16,
    "guarantee": np.int32,
}


@dataclass(frozen=True, slots=True)
class Offers:
    """The offers in stock: by product id, grade, then best value first (ties: lower price, then lower id).

    So the offers of a card lie together and its featured offer is the first of them that passes the filters.
    """

    product_id: Ints
    grade: Codes
    value: Floats
    price: Ints
    id: Ints
    battery: NDArray[np.int16]  # -1: unknown
    guarantee: Codes

    @staticmethod
    def of(rows: Iterable[OfferRow], grades: Choices) -> Offers:
        """Raises KeyError for a grade that the engine was not told of."""
        code = grades.known_code
        table = [
            (o.product_id, code(o.grade), o.value, o.price, o.id, _battery(o.battery), o.guarantee)
            for o in rows
            if o.stock > 0
        ]
        columns = list(zip(*table, strict=True)) or [()] * len(_OFFER_TYPES)
        arrays = {
            name: np.array(column, kind)
            for (name, kind), column in zip(_OFFER_TYPES.items(), columns, strict=True)
        }
        order = np.lexsort(
            (arrays["id"], arrays["price"], -arrays["value"], arrays["grade"], arrays["product_id"])
        )
        return Offers(**{name: column[order] for name, column in arrays.items()})

    def replaced(self, product_ids: Ints, newer: Offers) -> Offers:
        """All offers of these products gone, those of `newer` in their place."""
        starts = np.searchsorted(self.product_id, product_ids, "left").tolist()
        ends = np.searchsorted(self.product_id, product_ids, "right").tolist()
        newer_starts = np.searchsorted(newer.product_id, product_ids, "left").tolist()
        newer_ends = np.searchsorted(newer.product_id, product_ids, "right").tolist()
        pieces = list(zip([0, *ends], [*starts, None], strict=True))
        newer_pieces = [*zip(newer_starts, newer_ends, strict=True), (0, 0)]

        def woven(name: str) -> np.ndarray:
            kept, put = getattr(self, name), getattr(newer, name)
            woven = zip(pieces, newer_pieces, strict=True)
            return np.concatenate(
                [part for old, new in woven for part in (kept[slice(*old)], put[slice(*new)])]
            )

        return Offers(**{name: woven(name) for name in _OFFER_TYPES})


def _battery(percent: int | None) -> int:
    return -1 if percent is None else percent


@dataclass(frozen=True, slots=True)
class Cards:
    """One row a card: a product in a grade with an offer in stock, by product row, then grade.

    `first_offer` is the card's place in `Offers`; `of_offer` the card of each offer (-1: of no known product);
    the cards of product row r are `starts[r]` to `starts[r + 1]`.
    """

    first_offer: Ints
    of_offer: Codes
    product: Ints
    starts: Ints
    codes: Mapping[str, Codes]  # by facet, grade included
    freshness: Ints

    @staticmethod
    def of(products: Products, offers: Offers) -> Cards:
        changes = np.ones(len(offers.id), dtype=bool)
        changes[1:] = offers.product_id[1:] != offers.product_id[:-1]
        owners = np.flatnonzero(changes)  # where each product's offers begin
        changes[1:] |= offers.grade[1:] != offers.grade[:-1]
        first = np.flatnonzero(changes)
        sizes = np.diff(np.append(first, len(offers.id)))
        cards_each = np.diff(np.append(np.searchsorted(first, owners), len(first)))
        rows = np.repeat(products.rows_of(offers.product_id[owners]), cards_each)
        if not len(rows) or rows.min() >= 0:
            of_offer = np.repeat(np.arange(len(first)), sizes)
        else:
            known = rows >= 0
            of_offer = np.repeat(np.where(known, np.cumsum(known) - 1, -1), sizes)
            first, rows = first[known], rows[known]
        codes = {facet: column[rows] for facet, column in products.codes.items()}
        codes["grade"] = offers.grade[first]
        starts = np.append(0, np.cumsum(np.bincount(rows, minlength=len(products.ids))))
        return Cards(first, of_offer, rows, starts, codes, products.freshness[rows])

    def of_products(self, rows: Ints) -> tuple[Ints, Ints]:
        """The cards of these product rows, and for each card which of the rows it belongs to (its place)."""
        counts = self.starts[rows + 1] - self.starts[rows]
        place = np.repeat(np.arange(len(rows)), counts)
        before = np.cumsum(counts) - counts
        return np.arange(len(place)) - before[place] + self.starts[rows][place], place

    def featured(self, offers_pass: Mask | None) -> Ints:
        """For each card the place of its best offer among those that pass; -1 where none does."""
        if offers_pass is None:
            return self.first_offer
        passing = np.flatnonzero(offers_pass & (self.of_offer >= 0))
        cards = self.of_offer[passing]
        is_first = np.ones(len(cards), dtype=bool)
        is_first[1:] = cards[1:] != cards[:-1]
        best = np.full(len(self.first_offer), -1, dtype=np.int64)
        best[cards[is_first]] = passing[is_first]
        return best


def empty_products(choices: Mapping[str, Choices]) -> Products:
    return Products.of((), choices)


def new_choices(grades: Sequence[str]) -> dict[str, Choices]:
    return {
        "grade": Choices(cast(Sequence[Choice], grades)),
        **{facet: Choices() for facet in PRODUCT_FACETS},
    }
