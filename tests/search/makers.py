"""Products and offers for tests: say only what matters."""

from pathlib import Path
from typing import Any

from search import Document, Engine, OfferRow, Synonyms

GRADES = ("premium", "excellent", "good", "fair")


def product(id: int, title: str = "", **facts: Any) -> Document:
    """A product with this title; brand and model are empty unless given."""
    defaults: dict[str, Any] = {
        "brand": "",
        "model": "",
        "description": "",
        "category": "smartphones",
        "category_words": "",
        "storage": None,
        "colour": None,
        "freshness": 0,
    }
    return Document(id=id, title=title, **(defaults | facts))


def offer(id: int, product_id: int, **facts: Any) -> OfferRow:
    """An offer in stock, good grade, 100.00, of middling value."""
    defaults: dict[str, Any] = {
        "grade": "good",
        "price": 10000,
        "stock": 1,
        "value": 0.5,
        "battery": None,
        "guarantee": 12,
        "created": 0,
    }
    return OfferRow(id=id, product_id=product_id, **(defaults | facts))


def empty_engine(directory: Path, synonyms: Synonyms | None = None) -> Engine:
    return Engine(directory, grades=GRADES, synonyms=synonyms)


def engine_with(directory: Path, documents: list[Document], offers: list[OfferRow] | None = None) -> Engine:
    """An engine that has these products in columns and text; one offer each where none are given."""
    engine = empty_engine(directory)
    rows = [offer(document.id, document.id) for document in documents] if offers is None else offers
    engine.load(documents, rows, upto=0)
    assert engine.rebuild(documents, upto=0)
    return engine
