"""Products and offers as columns, and the cards made of them. Every table is immutable; changes make a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from search.kinds import PRODUCT_FACETS, Codes, Kinds
from search.query import Choice, Document, OfferRow
from search.splice import Splice

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
# Tells of places in `Offers` which of them pass the filters of price and battery.
Passes = Callable[[Ints | slice], Mask]

_MANY = 6  # of one product in so many and more, the cards are found quicker by looking at every card
EVERY = slice(None)
# Of a card in so many offers and fewer, offers are looked at card by card, so many of each; else all in one go.
_FEW, _STEPS = 4, 4
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
    names: Codes  # what the product is called in suggestions: its model, or its title
    kind: Codes  # see `Kinds`

    @staticmethod
    def of(documents: Iterable[Document], choices: Mapping[str, Choices], kinds: Kinds) -> Products:
        """Read one at a time: a large catalogue is never in memory as objects."""

        def row(document: Document) -> tuple[int, ...]:
            codes = tuple(choices[facet].code(getattr(document, facet)) for facet in PRODUCT_FACETS)
            name = choices["name"].code(document.model or document.title)
            return document.id, document.freshness, name, kinds.number(codes)

        integers = ("id", "freshness", "name", "kind")
        columns = np.dtype([(column, np.int64) for column in integers])
        table = np.fromiter(map(row, documents), columns)
        kinds.settle()
        order = np.argsort(table["id"], kind="stable")
        # Of products given twice, the last one counts.
        table = table[order[np.append(np.diff(table["id"][order]) > 0, True)[: len(order)]]]
        return Products(
            ids=table["id"].copy(),
            freshness=table["freshness"].copy(),
            names=table["name"].astype(np.intp),
            kind=table["kind"].astype(np.intp),
        )

    def rows_of(self, ids: Ints) -> Ints:
        """The row of each id, -1 for those that are no product."""
        if not len(self.ids):
            return np.full(len(ids), -1, np.int64)
        places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[places] == ids, places, -1)

    def at(self, rows: Ints | Mask) -> Products:
        return Products(self.ids[rows], self.freshness[rows], self.names[rows], self.kind[rows])

    def without(self, ids: Ints) -> Products:
        return self.at(~np.isin(self.ids, ids))

    def merged_with(self, newer: Products) -> Products:
        """These rows, with those of `newer` put in or in their place."""
        kept = self.without(newer.ids)
        at = np.searchsorted(kept.ids, newer.ids)
        return Products(
            ids=np.insert(kept.ids, at, newer.ids),
            freshness=np.insert(kept.freshness, at, newer.freshness),
            names=np.insert(kept.names, at, newer.names),
            kind=np.insert(kept.kind, at, newer.kind),
        )


_OFFER_TYPES = {
    "product_id": np.int64,
    "grade": np.intp,
    "value": np.float64,
    "list_value": np.float64,
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
    list_value: Floats  # what cards are ordered by
    price: Ints
    id: Ints
    battery: NDArray[np.int16]  # -1: unknown
    guarantee: Codes

    @staticmethod
    def of(rows: Iterable[OfferRow], grades: Choices) -> Offers:
        """Raises KeyError for a grade that the engine was not told of."""
        code = grades.known_code
        arrays = np.fromiter(
            (_columns_of(o, code(o.grade)) for o in rows if o.stock > 0),
            np.dtype(list(_OFFER_TYPES.items())),
        )
        order = np.lexsort(
            (arrays["id"], arrays["price"], -arrays["value"], arrays["grade"], arrays["product_id"])
        )
        return Offers(**{name: arrays[name][order] for name in _OFFER_TYPES})

    def runs_of(self, product_ids: Ints) -> tuple[Ints, Ints]:
        """Where the offers of each of these products begin and end; equal for one that has none."""
        return (
            np.searchsorted(self.product_id, product_ids, "left"),
            np.searchsorted(self.product_id, product_ids, "right"),
        )

    def replaced(self, product_ids: Ints, newer: Offers) -> Offers:
        """All offers of these products (ascending) gone, those of `newer` in their place."""
        splice = Splice(*self.runs_of(product_ids), *newer.runs_of(product_ids))
        return Offers(**{name: splice.of(getattr(self, name), getattr(newer, name)) for name in _OFFER_TYPES})


def _columns_of(offer: OfferRow, grade: int) -> tuple[int | float, ...]:
    """The values of an offer in the order of `_OFFER_TYPES`."""
    listed = offer.value if offer.list_value is None else offer.list_value
    battery = -1 if offer.battery is None else offer.battery
    return offer.product_id, grade, offer.value, listed, offer.price, offer.id, battery, offer.guarantee


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
    kind: Codes  # see `Kinds`
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
        kind = products.kind[rows] + offers.grade[first]
        starts = np.append(0, np.cumsum(np.bincount(rows, minlength=len(products.ids))))
        return Cards(first, of_offer, rows, starts, kind, products.freshness[rows])

    def replaced(self, products: Products, product_ids: Ints, before: Offers, newer: Offers) -> Cards:
        """The cards after `before.replaced(product_ids, newer)`: only those of these products are made anew."""
        offers = Splice(*before.runs_of(product_ids), *newer.runs_of(product_ids))
        if offers.changes_nothing(before.product_id, newer.product_id) and offers.changes_nothing(
            before.grade, newer.grade
        ):
            return self  # other prices and values, in the same places
        rows = products.rows_of(product_ids)
        known = rows >= 0
        fresh = Cards.of(products.at(rows[known]), newer)
        # A product that is not known yet has offers, but no cards: a run of none, in front of the next known one.
        place = np.searchsorted(products.ids, product_ids)
        new_place: Ints = np.cumsum(known) - known
        cards = Splice(
            self.starts[place],
            self.starts[place + known],
            fresh.starts[new_place],
            fresh.starts[new_place + known],
        )
        first = cards.numbers(self.first_offer, fresh.first_offer, offers)
        starts = self.starts.copy()
        sizes = (cards.new_ends - cards.new_starts) - (cards.ends - cards.starts)
        for row, grown in zip(rows[known].tolist(), sizes[known].tolist(), strict=True):
            if grown:
                starts[row + 1 :] += grown
        return Cards(
            first_offer=first,
            of_offer=offers.numbers(self.of_offer, fresh.of_offer, cards),
            product=cards.of(self.product, rows[known][fresh.product]),
            starts=starts,
            kind=cards.of(self.kind, fresh.kind),
            freshness=cards.of(self.freshness, fresh.freshness),
        )

    def of_products(self, rows: Ints) -> Ints:
        """The cards of these product rows (ascending)."""
        if len(rows) * _MANY > len(self.starts):
            asked = np.zeros(len(self.starts) - 1, dtype=bool)
            asked[rows] = True
            return np.flatnonzero(asked[self.product])
        starts = self.starts[rows]
        counts = self.starts[rows + 1] - starts
        cards = np.repeat(starts - (np.cumsum(counts) - counts), counts)
        cards += np.arange(len(cards))
        return cards

    def shown_by(self, cards: Ints, passes: Passes | None) -> Ints:
        """For each of these cards (ascending) the place of its best offer that passes; -1 where none does."""
        if passes is None:
            return self.first_offer[cards]
        if len(cards) * _FEW > len(self.of_offer):
            return self._best_passing(passes)[cards]
        shows = self.first_offer[cards]
        left = (~passes(shows)).nonzero()[0]
        at, own = shows[left], cards[left]
        shows[left] = -1
        for _ in range(_STEPS):
            at = at + 1
            inside = (self.of_offer.take(at, mode="clip") == own).nonzero()[0]
            if len(inside) and at[inside[-1]] == len(self.of_offer):
                inside = inside[:-1]
            left, at, own = left[inside], at[inside], own[inside]
            if not len(left):
                return shows
            good = passes(at)
            found, rest = good.nonzero()[0], (~good).nonzero()[0]
            shows[left[found]] = at[found]
            left, at, own = left[rest], at[rest], own[rest]
        shows[left] = self._best_passing(passes)[own]
        return shows

    def _best_passing(self, passes: Passes) -> Ints:
        # From the last to the first, so that the first of a card is written last; one place more for offers of none.
        passing = np.flatnonzero(passes(EVERY))[::-1]
        best = np.full(len(self.first_offer) + 1, -1, dtype=np.int64)
        best[self.of_offer[passing]] = passing
        return best[:-1]


def new_choices(grades: Sequence[str]) -> dict[str, Choices]:
    return {
        "grade": Choices(cast(Sequence[Choice], grades)),
        **{column: Choices() for column in ("name", *PRODUCT_FACETS)},
    }
