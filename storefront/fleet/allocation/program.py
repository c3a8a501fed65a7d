"""The problem as a mixed-integer program over some of its options, and HiGHS to solve it (ADR 18)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .bounds import Multipliers
from .frame import NO_TIER, Frame, Limits
from .market import Floats, Ints

if TYPE_CHECKING:
    from highspy import Highs

# All that counts is whole minor units: what is less than one above the bound is the best.
_ABSOLUTE_GAP = 0.99
_OF_SINGLE_OPTIONS = ("each-key", "each-parcel")


@dataclass(frozen=True, slots=True)
class Answer:
    """Units by option (rows of the frame), and the least that any answer over the program's options counts."""

    units: Ints | None
    least: float


@dataclass(frozen=True, slots=True)
class _Row:
    """A family of bounds: for each number in `which` a row of the program, between `low` and `high`."""

    name: str
    which: Ints
    low: Floats
    high: Floats
    number: Ints
    column: Ints
    weight: Floats


class Program:
    """Columns: units of each option in `rows`, then keys, parcels, tiers and what is missing of each wish."""

    def __init__(self, frame: Frame, rows: Ints, limits: Limits) -> None:
        self.frame, self.rows, self.limits = frame, rows, limits
        self.options = options = frame.options.at(rows)
        self.keys, self.key_of = np.unique(options.key, return_inverse=True)
        self.links, self.link_of = np.unique(options.link, return_inverse=True)
        self.parcels, self.parcel_of = np.unique(frame.link_parcel[self.links], return_inverse=True)
        self.tiers = np.unique(options.tier[options.tier != NO_TIER])
        counts = (len(rows), len(self.keys), len(self.parcels), len(self.tiers), len(frame.units))
        self.starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.families: list[_Row] = []

    def _column(self, part: int, numbers: Ints) -> Ints:
        return numbers + self.starts[part]

    def _families(self) -> Iterator[_Row]:
        frame, options, rows = self.frame, self.options, np.arange(len(self.rows))
        wishes = np.arange(len(frame.units))
        asked = frame.units.astype(np.float64)
        demand = np.concatenate([rows, self._column(4, wishes)]), np.concatenate([options.wish, wishes])
        yield _Row("demand", wishes, asked, asked, demand[1], demand[0], np.ones(len(demand[0])))
        shared = np.flatnonzero(np.bincount(options.supply, minlength=len(frame.stock)) > 1)
        yield self._at_most("stock", shared, options.supply, frame.stock)
        bounded = np.flatnonzero(frame.room < frame.units.sum())
        yield self._at_most("room", np.intersect1d(bounded, options.seller), options.seller, frame.room)
        wish_of_key = np.zeros(len(self.keys), np.int64)
        wish_of_key[self.key_of] = options.wish
        alike = np.unique(wish_of_key[frame.single[wish_of_key]])
        among = np.flatnonzero(frame.single[wish_of_key])
        yield _Row(
            "alike", alike, np.full(len(alike), -np.inf), np.ones(len(alike)),
            np.searchsorted(alike, wish_of_key[among]), self._column(1, among), np.ones(len(among)),
        )  # fmt: skip
        keys, links = np.arange(len(self.keys)), np.arange(len(self.links))
        yield self._only_with("each-key", rows, rows, self._column(1, self.key_of), options.most)
        parcel = self._column(2, self.parcel_of[self.link_of])
        yield self._only_with("each-parcel", rows, rows, parcel, options.most)
        yield self._only_with("key", keys, self.key_of, self._column(1, keys), frame.key_cap[self.keys])
        yield self._only_with(
            "link", links, self.link_of, self._column(2, self.parcel_of), frame.link_cap[self.links]
        )
        yield from self._of_tiers()
        if self.limits.most_short and not self.limits.count_short:
            yield self._sum("short", self._column(4, wishes), np.ones(len(wishes)), self.limits.most_short)
        if self.limits.most_spent is not None:
            yield self._sum("spent", rows, options.price.astype(np.float64), self.limits.most_spent)

    def _at_most(self, name: str, which: Ints, number: Ints, most: Ints) -> _Row:
        column = np.flatnonzero(np.isin(number, which))
        low, high = np.full(len(which), -np.inf), most[which].astype(np.float64)
        return _Row(
            name, which, low, high, np.searchsorted(which, number[column]), column, np.ones(len(column))
        )

    def _only_with(self, name: str, which: Ints, number: Ints, switch: Ints, most: Ints) -> _Row:
        """Units of a number only where its switch is on, and at most so many."""
        units = np.arange(len(number))
        return _Row(
            name, which, np.full(len(which), -np.inf), np.zeros(len(which)),
            np.concatenate([number, which]), np.concatenate([units, switch]),
            np.concatenate([np.ones(len(number)), -most.astype(np.float64)]),
        )  # fmt: skip

    def _of_tiers(self) -> Iterator[_Row]:
        units = np.flatnonzero(self.options.tier != NO_TIER)
        number = np.searchsorted(self.tiers, self.options.tier[units])
        which = np.arange(len(self.tiers))
        most = self.options.most[units]
        each = np.arange(len(units))
        yield _Row(
            "each-tier", units, np.full(len(units), -np.inf), np.zeros(len(units)),
            np.concatenate([each, each]), np.concatenate([units, self._column(3, number)]),
            np.concatenate([np.ones(len(units)), -most.astype(np.float64)]),
        )  # fmt: skip
        begins = self.frame.tier_from[self.tiers].astype(np.float64)
        yield _Row(
            "tier-least", which, np.zeros(len(which)), np.full(len(which), np.inf),
            np.concatenate([number, which]), np.concatenate([units, self._column(3, which)]),
            np.concatenate([np.ones(len(units)), -begins]),
        )  # fmt: skip

    def _sum(self, name: str, column: Ints, weight: Floats, most: int) -> _Row:
        return _Row(
            name, np.zeros(1, np.int64), np.array([-np.inf]), np.array([float(most)]),
            np.zeros(len(column), np.int64), column, weight,
        )  # fmt: skip

    def relaxed(self) -> Multipliers | None:
        """The multipliers of the program without its whole numbers; none where HiGHS finds no answer."""
        from highspy import HighsModelStatus

        solver = _quiet()
        self.families = [family for family in self._families() if len(family.which)]
        self._pass(solver, whole=False)
        solver.run()
        if solver.getModelStatus() != HighsModelStatus.kOptimal:
            return None
        duals = np.array(solver.getSolution().row_dual)
        found, start = {}, 0
        for family in self.families:
            found[family.name] = family.which, duals[start : start + len(family.which)]
            start += len(family.which)
        return self._multipliers(found)

    def _multipliers(self, found: dict[str, tuple[Ints, Floats]]) -> Multipliers:
        def spread(name: str, size: int, numbers: Ints | None = None, sign: float = -1.0) -> Floats:
            whole = np.zeros(size)
            if name in found:
                which, duals = found[name]
                whole[which if numbers is None else numbers[which]] = np.maximum(0.0, sign * duals)
            return whole

        frame = self.frame
        options = len(frame.options)
        unknown = np.full(options, np.nan)
        unknown[self.rows] = 0.0
        return Multipliers(
            stock=spread("stock", len(frame.stock)),
            room=spread("room", len(frame.room)),
            link=spread("link", len(frame.link_cap), self.links),
            tier_least=spread("tier-least", len(frame.tier_from), self.tiers, sign=1.0),
            parcel=spread("each-parcel", options, self.rows),
            tier=spread("each-tier", options, self.rows),
            key=unknown + spread("each-key", options, self.rows) + self._of_keys(found),
            short=float(spread("short", 1)[0]),
            spent=float(spread("spent", 1)[0]),
        )

    def _of_keys(self, found: dict[str, tuple[Ints, Floats]]) -> Floats:
        """What the bound of all units of a key adds to each of them."""
        whole = np.zeros(len(self.frame.options))
        if "key" in found:
            whole[self.rows] = np.maximum(0.0, -found["key"][1])[self.key_of]
        return whole

    def solved(self, start: Ints | None, *, nodes: int, gap: float, seconds: float) -> Answer:
        """The best whole answer that HiGHS finds within so many nodes of its search, and `seconds` at the most.

        It may end once the answer is proved to be within the share `gap` of the best. `start`: units by option that
        keep all bounds, to begin with.
        """
        solver = _quiet()
        solver.setOptionValue("mip_rel_gap", gap)
        solver.setOptionValue("mip_abs_gap", _ABSOLUTE_GAP)
        solver.setOptionValue("mip_max_nodes", nodes)
        solver.setOptionValue("time_limit", seconds)
        # We bring a good answer and few options: trying to guess better ones took half of the time and found none.
        solver.setOptionValue("mip_heuristic_effort", 0.0)
        # HiGHS finds those that it needs among the bounds of single options; all of them would make each step long.
        self.families = [f for f in self._families() if len(f.which) and f.name not in _OF_SINGLE_OPTIONS]
        self._pass(solver, whole=True)
        if start is not None:
            values = self._values(start[self.rows])
            solver.setSolution(len(values), np.arange(len(values), dtype=np.int32), values)
        solver.run()
        info, values = solver.getInfo(), np.array(solver.getSolution().col_value)
        least = float(info.mip_dual_bound)
        if not len(values) or not np.isfinite(info.objective_function_value):
            return Answer(None, least)
        units = np.zeros(len(self.frame.options), np.int64)
        units[self.rows] = np.round(values[: len(self.rows)]).astype(np.int64)
        return Answer(units, least)

    def _values(self, units: Ints) -> Floats:
        """All columns for these units of the program's options."""
        values = np.zeros(int(self.starts[-1]))
        values[: len(units)] = units
        used = units > 0
        values[self._column(1, self.key_of[used])] = 1.0
        values[self._column(2, self.parcel_of[self.link_of[used]])] = 1.0
        in_tier = used & (self.options.tier != NO_TIER)
        values[self._column(3, np.searchsorted(self.tiers, self.options.tier[in_tier]))] = 1.0
        given = np.bincount(self.options.wish, weights=units, minlength=len(self.frame.units))
        values[self.starts[4] :] = self.frame.units - given
        return values

    def _pass(self, solver: Highs, *, whole: bool) -> None:
        from highspy import HighsLp, HighsVarType, MatrixFormat

        frame, inf = self.frame, float("inf")
        size = np.diff(self.starts)
        missing = frame.units if self.limits.allows_short else np.zeros_like(frame.units)
        lp = HighsLp()
        lp.num_col_, lp.num_row_ = int(self.starts[-1]), sum(len(family.which) for family in self.families)
        lp.col_cost_ = np.concatenate(
            [
                self.options.cost, np.full(size[1], frame.key_price), np.full(size[2], frame.parcel_price),
                np.zeros(size[3]), np.full(size[4], 1.0 if self.limits.count_short else 0.0),
            ]
        ).astype(np.float64)  # fmt: skip
        lp.col_lower_ = np.zeros(lp.num_col_)
        lp.col_upper_ = np.concatenate([self.options.most, np.ones(size[1:4].sum()), missing]).astype(
            np.float64
        )
        low = np.concatenate([family.low for family in self.families])
        high = np.concatenate([family.high for family in self.families])
        lp.row_lower_, lp.row_upper_ = (
            np.where(low == -np.inf, -inf, low),
            np.where(high == np.inf, inf, high),
        )
        start, index, value = self._matrix(lp.num_row_)
        lp.a_matrix_.format_ = MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = start, index, value
        if whole:
            lp.integrality_ = [HighsVarType.kInteger] * lp.num_col_
        solver.passModel(lp)

    def _matrix(self, rows: int) -> tuple[Ints, Ints, Floats]:
        offsets = np.concatenate([[0], np.cumsum([len(family.which) for family in self.families])])
        pairs = list(zip(self.families, offsets, strict=False))
        row = np.concatenate([family.number + offset for family, offset in pairs])
        column = np.concatenate([family.column for family in self.families])
        weight = np.concatenate([family.weight for family in self.families])
        order = np.lexsort((column, row))
        start = np.searchsorted(row[order], np.arange(rows + 1))
        return start.astype(np.int32), column[order].astype(np.int32), weight[order]


def _quiet() -> Highs:
    """A solver that says nothing, uses the thread that calls it, and does the same again whenever it is asked."""
    # 5 MB of a library, that a process which proposes nothing need not load.
    from highspy import Highs

    solver = Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("parallel", "off")
    solver.setOptionValue("random_seed", 0)
    return solver
