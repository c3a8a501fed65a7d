"""What goes into the engine and what comes out: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

Sort = Literal["best", "price", "-price", "newest", "guarantee"]
Choice = str | int

# The facets, in the order in which they are counted. `grade` belongs to a card, the others to its product.
FACETS = ("grade", "category", "brand", "storage", "colour")


@dataclass(frozen=True, slots=True)
class Document:
    """A product: what is searched as text, and what its cards are filtered by.

    `id` is positive. `category` is a slug; `category_words` are the words in every language by which people
    look for that category. `storage` is in GB. `freshness` grows with time (days since 1970, say).
    """

    id: int
    title: str
    brand: str
    model: str
    description: str
    category: str
    category_words: str
    storage: int | None
    colour: str | None
    freshness: int


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One seller's price for a product in a grade, as numbers.

    `price` in minor units, `value` in (0, 1) (more is better value for money) against the other offers of its card,
    `list_value` against other cards (None: the same), `battery` in percent of the new capacity or None where
    unknown, `guarantee` in months, `created` in seconds since 1970.
    """

    id: int
    product_id: int
    grade: str
    price: int
    stock: int
    value: float
    battery: int | None
    guarantee: int
    created: int
    list_value: float | None = None


@dataclass(frozen=True)
class Filters:
    """Within one facet any choice will do, all facets must hold; an empty tuple asks nothing.

    Prices in minor units, both ends included. An offer whose battery is unknown fails `battery_min`.
    """

    grade: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    brand: tuple[str, ...] = ()
    storage: tuple[int, ...] = ()
    colour: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
    battery_min: int | None = None

    def chosen(self, facet: str) -> tuple[Choice, ...]:
        choices: tuple[Choice, ...] = getattr(self, facet)
        return choices

    def active(self) -> tuple[str, ...]:
        """The names of the filters that ask something: facets, then `price`, then `battery`."""
        names = [facet for facet in FACETS if self.chosen(facet)]
        if self.min_price is not None or self.max_price is not None:
            names.append("price")
        if self.battery_min is not None:
            names.append("battery")
        return tuple(names)

    def dropping(self, name: str) -> Filters:
        """The same filters without the one of this name (as `active` names them)."""
        if name == "price":
            return replace(self, min_price=None, max_price=None)
        if name == "battery":
            return replace(self, battery_min=None)
        cleared: dict[str, Any] = {name: ()}
        return replace(self, **cleared)


@dataclass(frozen=True)
class Query:
    """`page` counts from 1. `literal` searches the text as typed, with no spelling correction.

    `among`: the ids of the products to choose among, for callers that looked up the text themselves; the index is
    not asked then.
    """

    text: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: Sort = "best"
    page: int = 1
    per_page: int = 24
    literal: bool = False
    among: tuple[int, ...] | None = None


class Hit(NamedTuple):
    """A card: a product in a grade, shown by one offer. `score = relevance * (1 - lam + lam * value)`.

    `value` is the offer's `list_value`. Without a text `relevance` is 0 and `score` is the value.
    """

    offer_id: int
    product_id: int
    grade: str
    price: int
    relevance: float
    value: float
    score: float


@dataclass(frozen=True)
class Results:
    """`total` cards, the page's `hits`, and for each facet how many cards each choice would give.

    `corrected`: the text that was searched instead of the one typed, if it was misspelt. `relaxed`: any of the
    words sufficed, as too few products had all. `unknown`: words that no product has, and that were left out.
    `price_range`: of the cards, whatever the price filter. `near`: where no product has a number of the text (no s22
    is sold), the texts with its neighbours (s21, s23) that find some. `begun`: the last word, where no product has it
    and it was taken for the beginning of the words `completed`.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[Choice, int], ...]]
    corrected: str | None
    relaxed: bool
    price_range: tuple[int, int] | None
    near: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    begun: str = ""
    completed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Having:
    """The ids of the products whose texts have all words of a text but the `unknown` ones, which no product has."""

    product_ids: frozenset[int]
    unknown: tuple[str, ...] = ()
