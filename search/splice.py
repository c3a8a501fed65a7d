"""Putting new runs into arrays in the place of old ones, without making the rest anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Column = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Splice:
    """Runs of an array (ascending, disjoint) and the runs of another that come in their place."""

    starts: Ints
    ends: Ints
    new_starts: Ints
    new_ends: Ints

    def of(self, kept: Column, put: Column) -> Column:
        """What is kept is copied in few large pieces."""
        return np.concatenate([part for _, _, part in self.pieces(kept, put)])

    def pieces(self, kept: Column, put: Column) -> Iterator[tuple[int, bool, Column]]:
        """(how many runs have been replaced before, whether it is a new part, the part), in order."""
        runs = zip(
            *(ends.tolist() for ends in (self.starts, self.ends, self.new_starts, self.new_ends)), strict=True
        )
        before, place = 0, 0
        for place, (start, end, new_start, new_end) in enumerate(runs, start=1):
            yield place - 1, False, kept[before:start]
            yield place - 1, True, put[new_start:new_end]
            before = end
        yield place, False, kept[before:]

    def changes_nothing(self, kept: Column, put: Column) -> bool:
        runs = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return np.array_equal(np.concatenate([put[:0], *(kept[start:end] for start, end in runs)]), put)

    def shifts(self) -> list[int]:
        """By how much the parts kept move: before the first run (not at all), after it, ..."""
        grown = (self.new_ends - self.new_starts) - (self.ends - self.starts)
        return [0, *np.cumsum(grown).tolist()]

    def numbers(self, kept: Column, put: Column, inner: Splice) -> Column:
        """As `of`, for columns that hold places in another table, spliced by `inner`; -1 stays -1."""
        shifts = inner.shifts()
        moved = []
        for replaced, is_new, part in self.pieces(kept, put):
            shift = shifts[replaced]
            if is_new:
                shift += int(inner.starts[replaced] - inner.new_starts[replaced])
            moved.append(np.where(part < 0, -1, part + shift) if shift and len(part) else part)
        return np.concatenate(moved)
