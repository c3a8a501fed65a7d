"""What the search engine of a process reads again when something changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from search import Document, OfferRow

from ..sellers.newcomers import drawn_risks
from .rules import Turns
from .valuing import documents, offer_rows


@dataclass(frozen=True, slots=True)
class News:
    """Products as they are in the database now; those of `told_anew` with their words."""

    products: frozenset[int]
    told_anew: frozenset[int]
    documents: list[Document]
    offers: list[OfferRow]

    @property
    def gone(self) -> set[int]:
        """Products that are no more."""
        return set(self.told_anew.difference(document.id for document in self.documents))


def read_news(texts: Mapping[int, bool], turns: Turns) -> News:
    """`texts` tells of each product whether its words are others, too; one SQL statement, or two."""
    told_anew = frozenset(product for product, text in texts.items() if text)
    return News(
        products=frozenset(texts),
        told_anew=told_anew,
        documents=documents(told_anew) if told_anew else [],
        offers=offer_rows(turns, texts) if texts else [],
    )


def turns_on(day: date) -> Turns:
    """One SQL statement."""
    return Turns(day, drawn_risks(today=day))
