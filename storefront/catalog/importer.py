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


class _BadRow(Exception):
    """A strict load met one: everything is rolled back."""


def import_offers(
    path: Path,
    options: Options,
    *,
    settings: Settings,
    now: datetime,
    progress: Callable[[int], None] = lambda _position: None,
    afterwards: Callable[[], None] = lambda: None,
) -> Report:
    """Load the offers of a CSV file; a row whose seller and sku are known changes that offer, any other adds one.

    Opens its own transactions: one a batch, or a single one when strict. `progress` is told the bytes read so far.
    `afterwards` is done in the transaction of a strict load, when all rows are in.
    Raises `core.tables.WrongTable` when the file as a whole can't be read.
    """
    table = Table(path, required=REQUIRED, known=COLUMNS)
    report = Report()
    shelf = Shelf(report, settings=settings, now=now, create=options.create, pretend=options.dry_run)
    single = options.strict or options.dry_run
    try:
        with transaction() if options.strict and not options.dry_run else nullcontext():
            for batch in _batches(_good_rows(table, report, settings)):
                with _batch_scope(single):
                    shelf.put(batch)
                if not single:
                    time.sleep(PAUSE)
                progress(table.position)
            if options.strict and report.problems:
                raise _BadRow
            if options.strict and not options.dry_run:
                afterwards()
    except _BadRow:
        report = Report(problems=report.problems)
    report.problems.sort(key=lambda problem: problem.line)
    return report


def _batch_scope(single: bool) -> AbstractContextManager[None]:
    return nullcontext() if single else transaction()


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
