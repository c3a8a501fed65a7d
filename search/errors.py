"""The one way in which a search index fails."""

from __future__ import annotations

from types import TracebackType


class IndexDamaged(Exception):
    """The text index on disk is missing, unreadable, unwritable or of another version.

    The columns (filters, facets, order without a query) do not need it and go on working. The cure is always the
    same: `Engine.rebuild` from the source of truth.
    """


class whoosh_guarded:  # noqa: N801 - reads as a statement: `with whoosh_guarded("opening the index"):`
    """Turn whatever Whoosh raises in this block into `IndexDamaged`.

    Whoosh has no error class of its own for bad bytes: flipped or missing bytes have come out of it as struct.error,
    zlib.error, EOFError, KeyError, AssertionError, AttributeError, UnpicklingError, MemoryError, NameError and a bare
    `Exception("No next block")`. Hence every Exception counts here; keep these blocks around calls into Whoosh
    only, and never around an iterator that the caller handed over.
    """

    def __init__(self, doing: str) -> None:
        self.doing = doing

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(fault, Exception) and not isinstance(fault, IndexDamaged):
            raise IndexDamaged(f"{self.doing}: {kind.__name__ if kind else ''}: {fault}") from fault
