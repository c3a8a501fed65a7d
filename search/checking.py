"""Whether the text index on disk says what its source says: compared term by term, by sums of hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from search.postings import TextSnapshot
from search.query import Document
from search.schema import terms_of

_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids of products that the index lacks, that it has without there being any, or that it has with other words."""

    missing: tuple[int, ...]
    stray: tuple[int, ...]
    other: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stray or self.other)

    def without(self, ids: Iterable[int]) -> Difference:
        known = set(ids)
        return Difference(
            *(
                tuple(id for id in found if id not in known)
                for found in (self.missing, self.stray, self.other)
            )
        )


def compare(text: TextSnapshot, documents: Iterable[Document]) -> Difference:
    """Every product of the source against every product of the index. Raises IndexDamaged where it can't be read."""
    indexed_sums = text.sums(term_hash)
    missing, other = [], []
    for document in documents:
        found = indexed_sums.pop(document.id, None)
        if found is None:
            missing.append(document.id)
        elif found != expected_sum(document):
            other.append(document.id)
    return Difference(tuple(missing), tuple(sorted(indexed_sums)), tuple(other))


def expected_sum(document: Document) -> int:
    """The sum over fields and terms of hash times occurrences, modulo 2 ** 64."""
    terms = terms_of(document)
    hashes = (term_hash(name, term) for name, found in terms.items() for term in found)
    return sum(hashes) & _MASK


def term_hash(field: str, term: str) -> int:
    digest = hashlib.blake2b(f"{field}\0{term}".encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big")
