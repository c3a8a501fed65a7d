"""Grades for products by the rules of judged.toml, and nDCG@10 over a ranking of products."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import log2
from pathlib import Path
from typing import Any

from search import Document, Engine, OfferRow, Query
from search.analysis import fold

GAINS = {"best": 7, "good": 3, "fair": 1}
DEPTH = 10
PER_PAGE = 18  # as in the shop

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Goods:
    """What is judged: products, and their offers."""

    documents: list[Document]
    offers: list[OfferRow]

    @property
    def cheapest(self) -> dict[int, int]:
        """The lowest price of each product, in minor units."""
        prices: dict[int, int] = {}
        for offer in self.offers:
            prices[offer.product_id] = min(offer.price, prices.get(offer.product_id, offer.price))
        return prices


@dataclass(frozen=True)
class Judged:
    """A query with its rules by grade, the best first."""

    text: str
    rules: Mapping[str, tuple[Rule, ...]]

    def gains(self, documents: Sequence[Document], cheapest: Mapping[int, int]) -> dict[int, int]:
        """The gain of each product that fits any rule."""
        found: dict[int, int] = {}
        for document in documents:
            facts = _facts(document, cheapest[document.id])
            grade = next((g for g in GAINS if any(_fits(rule, facts) for rule in self.rules[g])), None)
            if grade:
                found[document.id] = GAINS[grade]
        return found


JUDGED = Path(__file__).with_name("judged.toml")


def judged_queries(path: Path = JUDGED) -> list[Judged]:
    table = tomllib.loads(path.read_text("utf-8"))
    return [
        Judged(query["text"], {grade: tuple(query.get(grade, ())) for grade in GAINS})
        for query in table["query"]
    ]


def ranking(engine: Engine, text: str) -> list[int]:
    """The first products, each where its first card stands."""
    pages = [engine.search(Query(text, page=page, per_page=PER_PAGE)).hits for page in (1, 2, 3)]
    return list(dict.fromkeys(hit.product_id for page in pages for hit in page))


def ndcg(ranking: Sequence[int], gains: Mapping[int, int]) -> float:
    """Discounted gain of the first ten products over that of the best possible ten; 1 is perfect.

    >>> ndcg([7, 1], {1: 7, 2: 7})
    0.3868528072345416
    """
    ideal = sorted(gains.values(), reverse=True)[:DEPTH]
    return _discounted([gains.get(id, 0) for id in ranking[:DEPTH]]) / _discounted(ideal)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(place + 2) for place, gain in enumerate(gains))


def _facts(document: Document, cheapest: int) -> dict[str, Any]:
    return {
        "name": fold(document.model or document.title),
        "brand": fold(document.brand),
        "category": document.category,
        "colour": document.colour or "",
        "storage": document.storage,
        "says": fold(f"{document.title} {document.description}"),
        "price": cheapest,
    }


def _fits(rule: Rule, facts: Mapping[str, Any]) -> bool:
    return all(_holds(name, wanted, facts) for name, wanted in rule.items())


def _holds(name: str, wanted: Any, facts: Mapping[str, Any]) -> bool:
    if name == "under":
        return bool(facts["price"] < wanted * 100)
    choices = wanted if isinstance(wanted, list) else [wanted]
    if name == "storage":
        return facts["storage"] in choices
    # Square brackets and stars mean something in a pattern; names have none of them.
    return any(fnmatchcase(facts[name], fold(choice)) for choice in choices)
