"""Product search for shops where several sellers offer the same thing: text by Whoosh, everything else by numpy.

    engine = Engine(Path("index"), grades=("excellent", "good", "fair"))
    engine.load(documents, offers, upto=0)
    engine.rebuild(documents, upto=0)
    results = engine.search(Query("iphone 12 128 go", Filters(grade=("good",), max_price=30000)))

Knows no web framework and no database. Texts and attributes are `Document`s (products), everything that has a price
is an `OfferRow`; a result is a card: a product in a grade, shown by its best offer that passes all filters.
"""

from search.engine import Engine
from search.errors import IndexDamaged
from search.query import FACETS, Document, Filters, Hit, OfferRow, Query, Results
from search.synonyms import Synonyms

__all__ = [
    "FACETS",
    "Document",
    "Engine",
    "Filters",
    "Hit",
    "IndexDamaged",
    "OfferRow",
    "Query",
    "Results",
    "Synonyms",
]
