# mypy: allow-untyped-calls
"""The fields of the text index, and how much a word counts in each."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np
from whoosh import columns, fields
from whoosh.util.numeric import length_to_byte

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

# Where a product says what it is called; elsewhere it may mention others.
NAMES = ("title", "brand", "model")

# Kept by Whoosh as a column: what a search needs to know of every document, read in one go. `lengths` are the
# numbers of terms of each field, in the order of BOOSTS, rounded as Whoosh rounds them for its scores.
ROW = np.dtype([("id", "<i8"), ("lengths", "u1", len(BOOSTS))])

# Whoosh's own constants for BM25F, as tests compare our scores with its.
BM25_B = 0.75
BM25_K1 = 1.2

# The document that holds how far the index has followed its source: no product, so no positive id. It is written
# in the same commit as the products, hence in the same atomic step.
CURSOR_ID = -1

WORDS = "words"  # the speller's vocabulary


def _terms() -> fields.KEYWORD:
    # Terms come ready made from search.analysis, as a tuple, which Whoosh's analysers leave alone. Nothing of ours is
    # pickled into the index.
    return fields.KEYWORD(scorable=True)


SCHEMA = fields.Schema(
    # One term an id (shift_step=0): Whoosh's default writes 16, for range queries that nobody asks.
    id=fields.NUMERIC(int, 64, unique=True, shift_step=0),
    row=fields.COLUMN(columns.FixedBytesColumn(ROW.itemsize)),
    upto=fields.STORED,
    words=fields.KEYWORD(),
    **{name: _terms() for name in BOOSTS},
)


def indexed(document: Document) -> dict[str, object]:
    """The fields that Whoosh stores for a product."""
    terms = terms_of(document)
    known = " ".join(
        (
            document.title,
            document.brand,
            document.model,
            document.category,
            document.category_words,
            document.colour or "",
        )
    )
    return {
        "id": document.id,
        "row": row(document.id, [len(found) for found in terms.values()]),
        WORDS: _surfaces_of(known),
        **terms,
    }


def terms_of(document: Document) -> dict[str, tuple[str, ...]]:
    """The terms of each scored field, repeats included."""
    storage = "" if document.storage is None else f"{document.storage} gb"
    texts = {
        "title": document.title,
        "brand": document.brand,
        "model": document.model,
        "category": f"{document.category} {document.category_words}",
        "facts": f"{storage} {document.colour or ''}",
        "description": document.description,
    }
    return {name: _terms_of(text) for name, text in texts.items()}


def row(product_id: int, lengths: list[int]) -> bytes:
    """One value of the column that ROW describes."""
    return np.array((product_id, [length_to_byte(length) for length in lengths]), ROW).tobytes()


def cursor(upto: int) -> dict[str, object]:
    """The fields of the document that holds the cursor."""
    return {"id": CURSOR_ID, "row": row(CURSOR_ID, [0] * len(BOOSTS)), "upto": upto}


# Brands, models and categories repeat: analysing each once makes indexing a quarter faster.
@lru_cache(maxsize=10_000)
def _terms_of(text: str) -> tuple[str, ...]:
    return tuple(document_terms(text))


@lru_cache(maxsize=10_000)
def _surfaces_of(text: str) -> tuple[str, ...]:
    return tuple(surfaces(text))


def fingerprint() -> str:
    """Changes when the analysis or the schema does: an index made by other code is rebuilt, not misread."""
    sources = (Path(__file__).with_name(name).read_bytes() for name in ("analysis.py", "schema.py"))
    return hashlib.sha256(b"\0".join(sources)).hexdigest()[:16]
