"""Loading an offers file: rows are checked one by one, and written in batches that each leave the shop whole."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ..config import Settings
from ..core.database import transaction
from ..core.tables import Problem, Row, Table, WrongCell
from .offer_file import COLUMNS, REQUIRED, OfferLine, read_offer
from .report import Report
from .shelf import Shelf

# Rows written together: large enough to be quick, small enough that shoppers' orders don't wait for long.
BATCH = 500
# And between two batches nothing is written for this long (seconds): an order that waits for SQLite's lock looks for it
# every 0.1 s, and would else find it taken again and again.
PAUSE = 0.11


@dataclass(frozen=True, slots=True)
class Options:
    """How to load: `create` unknown sellers and categories; `strict` loads all rows or none; `dry_run` only looks."""

    create: bool = False
    strict: bool = False
    dry_run: bool = False


def import_offers(
    path: Path,
    options: Options,
    *,
    settings: Settings,
    now: datetime,
    progress: Callable[[int], None] = lambda _position: None,
    afterwards: Callable[[], None] | None = None,
) -> Report:
    """Load the offers of a CSV file; a row whose seller and sku are known changes that offer, any other adds one.

    Opens its own transactions, one a batch. A strict load looks at all rows before it writes any, so that nobody waits
    for a lock meanwhile, and then writes in a single one: whatever happens, all is there or nothing. `progress` is told
    the bytes read so far, half of them for each of two readings.
    `afterwards` is done at the end of a single transaction, too.
    Raises `core.tables.WrongTable` when the file as a whole can't be read.
    """
    run = _Run(path, options, settings, now, progress)
    if options.strict or options.dry_run:
        report = run.read(pretend=True)
        if options.strict and report.problems:
            return Report(problems=report.problems)
        if options.dry_run:
            return report
    if afterwards is None and not options.strict:
        return run.read(pretend=False)
    try:
        with transaction():
            report = run.read(pretend=False, batch=nullcontext, pause=0)
            if options.strict and report.problems:
                raise _BadRow(report.problems)
            if afterwards:
                afterwards()
    except _BadRow as error:
        return Report(problems=error.problems)
    return report


class _BadRow(Exception):
    """A row that was good when it was checked is not any more: somebody changed the shop meanwhile."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} rows")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class _Run:
    """One load; each `read` goes through the file once."""

    path: Path
    options: Options
    settings: Settings
    now: datetime
    progress: Callable[[int], None]

    def read(
        self,
        *,
        pretend: bool,
        batch: Callable[[], AbstractContextManager[None]] = transaction,
        pause: float = PAUSE,
    ) -> Report:
        table = Table(self.path, required=REQUIRED, known=COLUMNS)
        report = Report()
        shelf = Shelf(
            report, settings=self.settings, now=self.now, create=self.options.create, pretend=pretend
        )
        for lines in _batches(_good_rows(table, report, self.settings)):
            with nullcontext() if pretend else batch():
                shelf.put(lines)
            if not pretend:
                time.sleep(pause)
            self.progress(self._done(table, pretend=pretend))
        report.problems.sort(key=lambda problem: problem.line)
        return report

    def _done(self, table: Table, *, pretend: bool) -> int:
        """The bytes read so far, of both readings where there are two."""
        if not self.options.strict or self.options.dry_run:
            return table.position
        return (table.position + (0 if pretend else table.size)) // 2


def _good_rows(table: Table, report: Report, settings: Settings) -> Iterator[OfferLine]:
    for row in table:
        line = row if isinstance(row, Problem) else _checked(row, settings)
        if isinstance(line, Problem):
            report.problems.append(line)
        else:
            yield line


def _checked(row: Row, settings: Settings) -> OfferLine | Problem:
    try:
        return read_offer(row, currency=settings.shop.currency, vat_scheme=settings.vat.scheme)
    except WrongCell as error:
        return Problem(row.line, error.column, error.reason)


def _batches(lines: Iterable[OfferLine]) -> Iterator[list[OfferLine]]:
    batch: list[OfferLine] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
