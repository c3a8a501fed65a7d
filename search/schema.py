"""The fields of the text index, and how much a word counts in each."""

from __future__ import annotations

import hashlib
from pathlib import Path

from whoosh import fields

from search.analysis import document_terms, surfaces
from search.query import Document

# How much a match in a field counts; the ranking of text in one place.
BOOSTS: dict[str, float] = {
    "title": 3.0,  # what the seller calls it: nearest to what people type
    "brand": 2.0,  # few and certain words, but shared by many products
    "model": 1.5,  # mostly repeats the title; settles "iphone 13" against a case for one
    "category": 1.0,  # finds by kind ("smartphone") what no title says
    "facts": 1.0,  # storage and colour, where the title leaves them out
    "description": 0.5,  # mentions other devices, accessories, compatibility
}

# Whoosh's own constants for BM25F, as tests compare our scores with its.
BM25_B = 0.75
BM25_K1 = 1.2

# The document that holds how far the index has followed its source: no product, so no positive id. It is written
# in the same commit as the products, hence in the same atomic step.
CURSOR_ID = -1

WORDS = "words"  # the speller's vocabulary


def _terms() -> fields.KEYWORD:
    # Terms come ready made from search.analysis, parted by spaces. Nothing of ours is pickled into the index.
    return fields.KEYWORD(scorable=True)


SCHEMA = fields.Schema(
    # One term an id (shift_step=0): Whoosh's default writes 16, for range queries that nobody asks.
    id=fields.NUMERIC(int, 64, unique=True, sortable=True, shift_step=0),
    upto=fields.STORED,
    words=fields.KEYWORD(),
    **{name: _terms() for name in BOOSTS},
)


def indexed(document: Document) -> dict[str, object]:
    """The fields that Whoosh stores for a product."""
    storage = "" if document.storage is None else f"{document.storage} gb"
    texts = {
        "title": document.title,
        "brand": document.brand,
        "model": document.model,
        "category": f"{document.category} {document.category_words}",
        "facts": f"{storage} {document.colour or ''}",
        "description": document.description,
    }
    known = " ".join(
        (document.title, document.brand, document.model, texts["category"], document.colour or "")
    )
    return {
        "id": document.id,
        WORDS: " ".join(surfaces(known)),
        **{name: " ".join(document_terms(text)) for name, text in texts.items()},
    }


def fingerprint() -> str:
    """Changes when the analysis or the schema does: an index made by other code is rebuilt, not misread."""
    sources = (Path(__file__).with_name(name).read_bytes() for name in ("analysis.py", "schema.py"))
    return hashlib.sha256(b"\0".join(sources)).hexdigest()[:16]
