# mypy: allow-untyped-calls
"""The postings of one generation of the text index as arrays, with their BM25F impacts.

A snapshot works on a copy of the index files in memory: nothing that happens to the files later (a merge, a
deletion, rubbish) can reach a search that is under way, and no file stays open.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.columns import FixedBytesColumn
from whoosh.matching.wrappers import FilterMatcher
from whoosh.reading import IndexReader
from whoosh.util.numeric import byte_to_length

from search.errors import IndexDamaged, whoosh_guarded
from search.schema import BM25_B, BM25_K1, BOOSTS, CURSOR_ID, NAMES, ROW, WORDS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Whoosh keeps the length of a field in one byte, rounded.
LENGTHS: Floats = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.float64)

# A term in so many documents of a segment is decoded when the segment is read: at a word's first search it would
# take milliseconds.
FREQUENT = 500

NO_ROWS: Ints = np.empty(0, dtype=np.int64)
NO_SCORES: Floats = np.empty(0, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a term occurs in one field of one segment: document numbers, weights, field lengths as Whoosh's bytes.

    Nine bytes a posting: a weight is a small whole number, so single precision is exact.
    """

    docs: NDArray[np.int32]
    weights: NDArray[np.float32]
    lengths: NDArray[np.uint8]


@dataclass(slots=True)
class Decoded:
    """What has been read of a segment so far. A segment never changes, so later generations take it over."""

    rows: NDArray[np.void]
    postings: dict[tuple[str, str], Postings] = field(default_factory=dict)
    vocabulary: dict[str, int] | None = None  # set once the frequent terms and the speller's words are read


class Segment:
    """One segment as of one generation. `product_ids[docnum]` is -1 for what is deleted and for the cursor."""

    def __init__(self, name: str, reader: IndexReader, decoded: Decoded | None) -> None:
        self.name = name
        self._reader = reader
        # Whoosh's readers move a shared file position: one decoding at a time.
        self._lock = threading.Lock()
        self.decoded = decoded or Decoded(_rows(reader))
        self.product_ids = self.decoded.rows["id"].copy()
        self.product_ids[self.product_ids == CURSOR_ID] = -1
        if reader.has_deletions():
            self.product_ids[[doc for doc in range(len(self.product_ids)) if reader.is_deleted(doc)]] = -1

    def postings(self, fieldname: str, term: str) -> Postings | None:
        key = (fieldname, term)
        cache = self.decoded.postings
        if key in cache:
            return cache[key]
        with self._lock, whoosh_guarded(f"reading the term {fieldname}:{term}"):
            if not self._reader.doc_frequency(fieldname, term):
                return None  # not cached: what people type has no bound
            docs, weights = _decode(self._reader, fieldname, term)
            if len(docs) != len(weights) or docs.min() < 0 or docs.max() >= len(self.product_ids):
                raise IndexDamaged(f"the postings of {fieldname}:{term} make no sense")
        lengths = self.decoded.rows["lengths"][docs, list(BOOSTS).index(fieldname)]
        cache[key] = found = Postings(docs, weights, lengths)
        return found

    def prepare(self) -> None:
        """Read what would take long at a search: the frequent terms, and the speller's words."""
        if self.decoded.vocabulary is not None:
            return
        with self._lock, whoosh_guarded("reading the terms"):
            frequent = [
                (name, raw.decode())
                for name in BOOSTS
                for raw, info in self._reader.iter_field(name)
                if info.doc_frequency() >= FREQUENT
            ]
            words = {raw.decode(): int(info.doc_frequency()) for raw, info in self._reader.iter_field(WORDS)}
        for name, term in frequent:
            self.postings(name, term)
        self.decoded.vocabulary = words

    def sums(self, term_hash: Callable[[str, str], int]) -> Iterator[tuple[int, int]]:
        totals = np.zeros(len(self.product_ids), np.uint64)
        with self._lock, whoosh_guarded("reading the whole index"):
            for name in BOOSTS:
                for raw in list(self._reader.lexicon(name)):
                    docs, weights = _decode(self._reader, name, raw.decode())
                    totals[docs] += np.uint64(term_hash(name, raw.decode())) * weights.astype(np.uint64)
        for doc in np.flatnonzero(self.product_ids >= 0):
            yield int(self.product_ids[doc]), int(totals[doc])

    def frequency(self, fieldname: str, term: str) -> int:
        """In how many documents of the segment the term stands, deleted ones included, as Whoosh counts."""
        known = self.decoded.postings.get((fieldname, term))
        if known is not None:
            return len(known.docs)
        with self._lock, whoosh_guarded(f"reading the term {fieldname}:{term}"):
            return int(self._reader.doc_frequency(fieldname, term))


def _rows(reader: IndexReader) -> NDArray[np.void]:
    """The column that ROW describes, read as if it were one document's value: every document has one."""
    whole = FixedBytesColumn(ROW.itemsize * reader.doc_count_all())
    return np.frombuffer(reader.column_reader("row", column=whole, translate=False)[0], ROW)


def _decode(reader: IndexReader, fieldname: str, term: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    docs: list[Any] = [()]
    weights: list[Any] = [()]
    matcher: Any = reader.postings(fieldname, term)
    if isinstance(matcher, FilterMatcher):
        # Deleted documents may stay: they have no row. So what is decoded holds for later generations too.
        matcher = matcher.child
        matcher.reset()
    while matcher.is_active():
        if isinstance(matcher, W3LeafMatcher):
            # A block as it is stored, differences of document numbers: Whoosh would add them up one by one.
            matcher._read_data()
            steps, heavy = matcher._data[:2]  # type: ignore[index]
            docs.append(np.cumsum(steps))
            weights.append(np.broadcast_to(1.0 if heavy is None else heavy, len(steps)))
            matcher._next_block()
        else:  # a term of one document
            docs.append((matcher.id(),))
            weights.append((matcher.weight(),))
            matcher.next()
    return np.concatenate(docs).astype(np.int32), np.concatenate(weights).astype(np.float32)


class TextSnapshot:
    """One generation of the text index, read-only, safe for any number of threads."""

    def __init__(
        self, identity: tuple[str, int], upto: int, segments: tuple[Segment, ...], reader: IndexReader
    ) -> None:
        self.identity = identity
        self.upto = upto
        self.segments = segments
        self.doc_count = reader.doc_count_all()
        self._average = {name: reader.field_length(name) / (self.doc_count or 1) or 1.0 for name in BOOSTS}

    def frequency(self, term: str) -> int:
        """In how many documents the term stands, in its most frequent field."""
        return max(sum(segment.frequency(name, term) for segment in self.segments) for name in BOOSTS)

    def vocabulary(self) -> dict[str, int]:
        """Every word that people would recognise, with the number of products that have it."""
        words: dict[str, int] = {}
        for segment in self.segments:
            for word, count in (segment.decoded.vocabulary or {}).items():
                words[word] = words.get(word, 0) + count
        return words

    def parts(self, term: str, product_id: int) -> list[tuple[str, float, float]]:
        """(field, boost, boost times BM25F) for each field of this product that has the term."""
        found = []
        frequency = self.frequency(term)
        idf = math.log(self.doc_count / (frequency + 1)) + 1 if frequency else 0.0
        for segment in self.segments:
            for doc in np.flatnonzero(segment.product_ids == product_id):
                for name, boost in BOOSTS.items():
                    part = segment.postings(name, term)
                    if part is not None and doc in part.docs:
                        score = boost * self._bm25(name, idf, part)[np.searchsorted(part.docs, doc)]
                        found.append((name, boost, float(score)))
        return found

    def sums(self, term_hash: Callable[[str, str], int]) -> dict[int, int]:
        """For each product the sum over its terms of hash times occurrences, modulo 2 ** 64; reads everything."""
        return {id: total for segment in self.segments for id, total in segment.sums(term_hash)}

    def impacts(self, term: str, rows_of: tuple[Ints, ...]) -> tuple[Ints, Floats]:
        """The rows that have the term, ascending, and for each the sum over fields of boost times BM25F.

        `rows_of` holds for each segment the row of each document, -1 for documents that have none.
        """
        # One rarity a term, that of the field where it is most at home: a brand is no rare word because few titles
        # repeat it, or the one television called by its maker would come before all of the maker's phones.
        frequency = self.frequency(term)
        if not frequency:
            return NO_ROWS, NO_SCORES
        idf = math.log(self.doc_count / (frequency + 1)) + 1
        sums = [np.zeros(len(segment.product_ids)) for segment in self.segments]
        hit = [np.zeros(len(segment.product_ids), dtype=bool) for segment in self.segments]
        for name, boost in BOOSTS.items():
            parts = [segment.postings(name, term) for segment in self.segments]
            for part, total, seen in zip(parts, sums, hit, strict=True):
                if part is not None:
                    total[part.docs] += boost * self._bm25(name, idf, part)
                    seen[part.docs] = True
        return _in_row_order(rows_of, sums, hit)

    def named(self, term: str, rows_of: tuple[Ints, ...]) -> Ints:
        """The rows whose name has the term, ascending; `rows_of` as in `impacts`."""
        found = [NO_ROWS]
        for segment, row_of in zip(self.segments, rows_of, strict=True):
            parts = (segment.postings(name, term) for name in NAMES)
            found += [row_of[part.docs] for part in parts if part is not None]
        rows = np.unique(np.concatenate(found))
        return rows[rows >= 0]

    def _bm25(self, name: str, idf: float, part: Postings) -> Floats:
        norms = BM25_K1 * ((1 - BM25_B) + BM25_B * LENGTHS / self._average[name])
        weights = part.weights.astype(np.float64)
        scores: Floats = idf * ((weights * (BM25_K1 + 1)) / (weights + norms[part.lengths]))
        return scores


def _in_row_order(
    rows_of: tuple[Ints, ...], sums: list[Floats], hit: list[NDArray[np.bool_]]
) -> tuple[Ints, Floats]:
    rows, scores = [NO_ROWS], [NO_SCORES]
    for row_of, total, seen in zip(rows_of, sums, hit, strict=True):
        docs = np.flatnonzero(seen & (row_of >= 0))
        rows.append(row_of[docs])
        scores.append(total[docs])
    all_rows, all_scores = np.concatenate(rows), np.concatenate(scores)
    order = np.argsort(all_rows, kind="stable")
    return all_rows[order], all_scores[order]


def cursor_of(reader: IndexReader) -> int:
    """How far this generation has followed its source."""
    matcher = reader.postings("id", reader.schema["id"].to_bytes(CURSOR_ID))
    return int(reader.stored_fields(matcher.id())["upto"])
