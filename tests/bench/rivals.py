"""The same shop in the engines that people reach for by reflex, as somebody who knows them would build it.

In favour of the rivals: they are handed the terms of each text as our analysis makes them, and each question
understood (spelling, synonyms, words apart), so that their time is that of finding, filtering, counting and ordering
alone. To their debit: nothing. They rank a card by its best offer whatever the filters, where ours ranks it by the
offer that is shown; which cards are found, and every count, must be the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from search import FACETS, Document, Engine, OfferRow, Query, Results
from search.columns import Choices
from search.ranking import LAM
from search.schema import BOOSTS, terms_of

Counts = dict[str, dict[str | int, int]]
Code = int

NO_BATTERY = -1


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as our engine understood it: groups of alternatives, each a few terms that must all be there.

    A word that was only begun is no group: a rival looks for the `prefix` itself, by what it has for that.
    """

    query: Query
    groups: tuple[tuple[tuple[str, ...], ...], ...]
    any_word: bool  # else all groups must be there
    prefix: str | None = None

    @staticmethod
    def by(engine: Engine, query: Query) -> "Understood":
        told = engine.explain(query, places=0)
        groups = tuple(tuple(tuple(phrase.split()) for phrase in group) for group in told.understood)
        any_word = told.relaxed and not told.unheard
        last = query.text.split()[-1:]
        if last and all(terms[0].startswith(last[0]) and terms[0] != last[0] for terms in groups[-1]):
            return Understood(query, groups[:-1], any_word, prefix=last[0])
        return Understood(query, groups, any_word)


@dataclass(frozen=True, slots=True)
class Card:
    """What a rival stores of a card. `offers`: price and battery of each, the best first."""

    id: int
    product_id: int
    codes: tuple[Code, ...]  # in the order of FACETS; 0 for none
    value: float
    offers: tuple[tuple[int, int], ...]

    def shown_price(self, query: Query) -> int:
        """The price of the best offer that passes the filters of offers."""
        asked = query.filters
        low = 0 if asked.min_price is None else asked.min_price
        high = 1 << 60 if asked.max_price is None else asked.max_price
        least = -1 if asked.battery_min is None else asked.battery_min
        return next(price for price, battery in self.offers if low <= price <= high and battery >= least)


@dataclass(frozen=True, slots=True)
class Answer:
    """How many cards, the counts beside the filters, and the prices on the page."""

    total: int
    facets: Counts
    prices: tuple[int, ...]

    @staticmethod
    def of(results: Results) -> "Answer":
        facets = {facet: {value: n for value, n in counts if n} for facet, counts in results.facets.items()}
        return Answer(results.total, facets, tuple(hit.price for hit in results.hits))


class Goods:
    """The catalogue as cards, with what belongs to each product."""

    def __init__(
        self, documents: Iterable[Document], offers: Iterable[OfferRow], grades: Sequence[str]
    ) -> None:
        self.choices = {facet: Choices(grades if facet == "grade" else ()) for facet in FACETS}
        self.terms: dict[int, tuple[str, ...]] = {}  # by product: the terms of each field, parted by spaces
        products: dict[int, tuple[Code, ...]] = {}
        for document in documents:
            self.terms[document.id] = tuple(" ".join(terms) for terms in terms_of(document).values())
            products[document.id] = tuple(
                self.choices[facet].code(getattr(document, facet)) for facet in FACETS[1:]
            )
        self.cards: list[Card] = []
        order = {grade: place for place, grade in enumerate(grades)}
        stocked = sorted(
            (row.product_id, order[row.grade], -row.value, row.price, row.id, row.battery)
            for row in offers
            if row.stock
        )
        for (product_id, grade), run in groupby(stocked, key=lambda row: row[:2]):
            rows = list(run)
            shown = tuple((row[3], NO_BATTERY if row[5] is None else row[5]) for row in rows)
            codes = (grade + 1, *products[product_id])
            self.cards.append(Card(len(self.cards) + 1, product_id, codes, -rows[0][2], shown))

    def chosen(self, query: Query) -> dict[str, list[Code]]:
        """The codes asked for, of the facets that ask something."""
        asked = {facet: query.filters.chosen(facet) for facet in FACETS}
        return {facet: self.choices[facet].known(values) for facet, values in asked.items() if values}

    def counts(self, facet: str, by_code: Iterable[tuple[Code, int]]) -> dict[str | int, int]:
        values = self.choices[facet]
        return {values.value(code): count for code, count in by_code if code}

    def prices(self, query: Query, card_ids: Iterable[int]) -> tuple[int, ...]:
        return tuple(self.cards[id - 1].shown_price(query) for id in card_ids)


class Rival(Protocol):
    """`answer` is what is timed."""

    name: str

    def answer(self, asked: Understood) -> Answer: ...


VALUE_WEIGHT = LAM
# The fields of text, named apart from the facets.
FIELD_BOOSTS = tuple((f"in_{name}", boost) for name, boost in BOOSTS.items())
