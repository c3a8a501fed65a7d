"""The blend of relevance and value: pure functions of arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = Floats | NDArray[np.int64]

# How much value for money may move a result. An offer whose relevance is more than 1 / (1 - LAM) = 1.33 times
# another's can never be overtaken by it, and the factor never exceeds 1.
LAM = 0.25

# Scores are compared in millionths: finer differences are noise of floating point, which may differ between
# machines, and ties are broken by ids instead.
_STEPS = 1_000_000


def blend(relevance: Floats, value: Floats) -> Floats:
    """The final score: relevance * (1 - LAM + LAM * value), value in (0, 1).

    >>> float(blend(np.array([8.0]), np.array([0.5]))[0])
    7.0
    """
    scores: Floats = relevance * (1 - LAM + LAM * value)
    return scores


def descending(scores: Numbers) -> NDArray[np.int64]:
    """A key that sorts scores from high to low, in millionths."""
    return -np.rint(scores * float(_STEPS)).astype(np.int64)


def contenders(scores: Numbers, places: int) -> NDArray[np.intp]:
    """Where the scores are that can be among the `places` highest once they are compared in millionths; ascending.

    Only for these few the keys that break ties are worth making.
    """
    if places >= len(scores):
        return np.arange(len(scores))
    last = np.partition(scores, len(scores) - places)[len(scores) - places]
    return np.flatnonzero(scores >= last - 1 / _STEPS)


def contenders_by_tier(tiers: NDArray[np.int64] | None, scores: Numbers, places: int) -> NDArray[np.intp]:
    """As `contenders`, where a higher tier goes before any score; there are few tiers, or none."""
    if tiers is None:
        return contenders(scores, places)
    found = [np.zeros(0, np.intp)]
    for tier in np.flatnonzero(np.bincount(tiers))[::-1]:
        if places <= 0:
            break
        members = np.flatnonzero(tiers == tier)
        found.append(members[contenders(scores[members], places)])
        places -= len(members)
    return np.sort(np.concatenate(found))


def first_places(keys: Sequence[NDArray[np.int64]], places: int) -> NDArray[np.int64]:
    """The positions of the `places` first, in order, by keys[0], then keys[1], ...; remaining ties by position.

    Exact: whatever ties with the last place takes part in the full sort.
    """
    first = keys[0]
    among = np.arange(len(first))
    if places < len(first):
        last = np.partition(first, places - 1)[places - 1]
        among = np.flatnonzero(first <= last)
    order = np.lexsort(tuple(key[among] for key in reversed(keys)))
    return among[order[:places]]
