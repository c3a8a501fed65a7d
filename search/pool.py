# mypy: allow-untyped-calls
"""Where a writer gathers the postings of a segment until it is written."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import lru_cache

from whoosh.system import pack_uint

# fieldname, term, document, weight, value: what Whoosh's writer hands over and wants back in order.
Posting = tuple[str, bytes, int, float, bytes]

_WEIGHT_BITS = 20  # a field has at most 20,000 characters, so a term cannot stand in it a million times
_WEIGHT = (1 << _WEIGHT_BITS) - 1


class PostingPool:
    """In the place of the pool of Whoosh's writer, which keeps a tuple a posting, sorts them all, and beyond a limit
    pickles them one by one to disk and back: half the time of building a large index.

    Here each term has an array of eight bytes a posting, and only terms are sorted. For terms without positions
    whose weight is how often they occur, as all fields of our schema are.
    """

    def __init__(self) -> None:
        self._fields: dict[str, dict[bytes, array[int]]] = {}

    def add(self, posting: Posting) -> None:
        name, term, document, weight, value = posting
        terms = self._fields.setdefault(name, {})
        # The lowest bit tells a field that keeps frequencies from one that keeps none (ids).
        packed = (document << _WEIGHT_BITS | int(weight)) << 1 | (value != b"")
        if term in terms:
            terms[term].append(packed)
        else:
            terms[term] = array("q", (packed,))

    def iter_postings(self) -> Iterator[Posting]:
        """Every posting, by field, term and document."""
        for name, terms in sorted(self._fields.items()):
            for term, postings in sorted(terms.items()):
                for packed in sorted(postings):
                    weight = packed >> 1 & _WEIGHT
                    value = _frequency(weight) if packed & 1 else b""
                    yield name, term, packed >> _WEIGHT_BITS + 1, float(weight), value

    def cleanup(self) -> None:
        """There are no files."""


@lru_cache(maxsize=1_000)
def _frequency(count: int) -> bytes:
    """As Whoosh writes how often a term occurs."""
    packed: bytes = pack_uint(count)
    return packed
