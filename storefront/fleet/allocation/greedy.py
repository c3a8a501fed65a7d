"""The answer that somebody in a hurry gives: one wish after another, the cheapest that is left."""

from __future__ import annotations

import numpy as np

from ..wishes.rules import ANY, SAME_GRADE
from .market import Ints, Market
from .rules import Problem

# Units by the wish and the row of the market.
Given = dict[tuple[int, int], int]


def greedy(problem: Problem, market: Market) -> Given:
    """Keeps every rule of the problem; nothing of it looks beyond the wish that it is at."""
    left = market.stock.copy()
    room = np.array([problem.rooms.get(int(seller), 1 << 40) for seller in market.sellers], np.int64)
    given: Given = {}
    for wish, demand in enumerate(problem.wishes):
        rows = market.fits[wish]
        rows = rows[np.argsort(market.cost[rows], kind="stable")]
        if demand.uniformity != ANY and len(rows):
            kind = (market.looks if demand.uniformity == SAME_GRADE else market.model)[rows]
            rows = rows[
                kind == _cheapest_kind(kind, _at_most(rows, left, room, market), rows, market, demand.units)
            ]
        wanted = demand.units
        for row in rows.tolist():
            if not wanted:
                break
            seller = market.seller[row]
            units = int(min(wanted, left[row], room[seller]))
            if units:
                given[wish, row] = units
                left[row] -= units
                room[seller] -= units
                wanted -= units
    return given


def _at_most(rows: Ints, left: Ints, room: Ints, market: Market) -> Ints:
    return np.minimum(left[rows], room[market.seller[rows]])


def _cheapest_kind(kind: Ints, most: Ints, rows: Ints, market: Market, units: int) -> int:
    """Of the kinds that have the most of the units, the one that costs least; `rows` come the cheapest first."""
    order = np.argsort(kind, kind="stable")
    begins = np.flatnonzero(np.append(True, np.diff(kind[order]) > 0))
    so_far = np.cumsum(most[order]) - most[order]
    group = np.cumsum(np.bincount(begins, minlength=len(order))) - 1
    taken = np.clip(units - (so_far - so_far[begins][group]), 0, most[order])
    filled = np.add.reduceat(taken, begins)
    costs = np.add.reduceat(taken * market.cost[rows][order], begins)
    best = int(np.lexsort((kind[order][begins], costs, -filled))[0])
    return int(kind[order][begins][best])
