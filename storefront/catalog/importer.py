"""Loading an offers file: rows are checked one by one, and written in batches that each leave the shop whole.

`preview` says what a file would change, `apply` then does just that; `import_offers` is both at once, for commands.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import ngettext

from ..config import Settings
from ..core.database import transaction
from ..core.sheets import Sheet, opened
from ..core.tables import Problem, Row, Table
from .errors import ShopChanged
from .formats import Format, Options, format_of
from .formats.reading import Passed, Reading
from .matching import Matcher
from .offer_file import OfferLine, Withdrawn, WrongRow, read_offer
from .report import Ledger, OfferChange, Report
from .shelf import Shelf

# Rows written together: large enough to be quick, small enough that shoppers' orders don't wait for long.
BATCH = 500
# And between two batches nothing is written for this long (seconds): an order that waits for SQLite's lock looks for it
# every 0.1 s, and would else find it taken again and again.
PAUSE = 0.11

__all__ = ["BATCH", "Options", "Preview", "apply", "import_offers", "preview"]

Listener = Callable[[OfferChange], None]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would change. `key` names file, options and changes: `apply` with it does this and nothing else."""

    report: Report
    key: str


def import_offers(
    path: Path,
    options: Options,
    *,
    settings: Settings,
    now: datetime,
    progress: Callable[[int], None] = lambda _position: None,
    afterwards: Callable[[], None] | None = None,
    listener: Listener | None = None,
) -> Report:
    """Load the offers of a file; a row whose seller and sku are known changes that offer, any other adds one.

    Opens its own transactions, one a batch. A strict load looks at all rows before it writes any, so that nobody waits
    for a lock meanwhile, and then writes in a single one: whatever happens, all is there or nothing. `progress` is told
    the bytes read so far, half of them for each of two readings; `listener` of each change, as it is made.
    `afterwards` is done at the end of a single transaction, too.
    Raises `core.tables.WrongTable` when the file as a whole can't be read.
    """
    with opened(path) as sheet:
        run = _Run(sheet, options, settings, now, progress, listener)
        if options.dry_run:
            return run.refused_whole(run.read(pretend=True))
        if options.strict:
            run = replace(run, readings=2)
            report = replace(run, listener=None).read(pretend=True)
            if report.problems:
                return Report(problems=report.problems, refused=report.refused, format=report.format)
        return run.write(afterwards)


def preview(
    sheet: Sheet, options: Options, *, settings: Settings, now: datetime, listener: Listener | None = None
) -> Preview:
    """What loading this table (from `core.sheets.opened` or `read_upload`) would change. Writes nothing.

    Raises `core.tables.WrongTable` when the file as a whole can't be read.
    """
    return _previewed(_Run(sheet, options, settings, now, lambda _position: None, listener))


def _previewed(run: "_Run") -> Preview:
    report = run.refused_whole(run.read(pretend=True))
    return Preview(report, _key(run.sheet, run.options, report))


def apply(
    sheet: Sheet,
    options: Options,
    *,
    key: str,
    settings: Settings,
    now: datetime,
    by: int | None = None,
    progress: Callable[[int], None] = lambda _position: None,
) -> Report:
    """Load what a preview of the same file with the same options showed; `key` is that preview's.

    `by` is the person who does it, for the history of prices; `progress` is told the bytes read so far, half of them
    for each of two readings.

    Raises `ShopChanged`, having written nothing, when it would be something else by now. Who changes the shop while a
    batch is being written is told by the report's `deviates`; a strict load is undone then, too.
    """
    run = _Run(sheet, options, settings, now, progress, None, by, readings=2)
    looked = _previewed(run)
    if looked.key != key:
        raise ShopChanged(
            _("The shop or the file has changed since you looked: look at what it would change again.")
        )
    if options.strict and looked.report.problems:
        return looked.report

    def unless_changed(report: Report) -> None:
        if report.digest != looked.report.digest:
            raise ShopChanged(_("Somebody changed the shop meanwhile: nothing was loaded. Look again."))

    report = run.write(None, unless_changed)
    report.deviates = report.digest != looked.report.digest
    return report


def _key(sheet: Sheet, options: Options, report: Report) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with sheet.path.open("rb") as file:
        while piece := file.read(1 << 16):
            digest.update(piece)
    digest.update(repr((options, report.digest)).encode())
    return digest.hexdigest()


class _BadRow(Exception):
    """A row that was good when it was checked is not any more: somebody changed the shop meanwhile."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report.refused} rows")
        self.report = report


@dataclass(frozen=True, slots=True)
class _Run:
    """One load; each `read` goes through the file once, `readings` times in all."""

    sheet: Sheet
    options: Options
    settings: Settings
    now: datetime
    progress: Callable[[int], None]
    listener: Listener | None
    by: int | None = None
    readings: int = 1

    def write(
        self,
        afterwards: Callable[[], None] | None,
        check: Callable[[Report], None] = lambda _report: None,
    ) -> Report:
        """Load for good; in one transaction, which `check` may still stop, where it is all or nothing."""
        if afterwards is None and not self.options.strict:
            return self.read(pretend=False)
        try:
            with transaction():
                report = self.read(pretend=False, batch=nullcontext, pause=0)
                if self.options.strict and report.problems:
                    raise _BadRow(report)
                check(report)
                if afterwards:
                    afterwards()
        except _BadRow as error:
            return Report(problems=error.report.problems, refused=error.report.refused)
        return report

    def refused_whole(self, report: Report) -> Report:
        """What a strict load makes of a report with bad rows: nothing would be loaded."""
        if not self.options.strict or not report.problems:
            return report
        return Report(
            problems=report.problems, refused=report.refused, format=report.format, digest=report.digest
        )

    def read(
        self,
        *,
        pretend: bool,
        batch: Callable[[], AbstractContextManager[None]] = transaction,
        pause: float = PAUSE,
    ) -> Report:
        report = Report()
        ledger = Ledger(report, self.listener)
        table, kind = self._table()
        report.format = kind.name
        shelf = Shelf(
            ledger, settings=self.settings, now=self.now, options=self.options, pretend=pretend, by=self.by
        )
        for lines, withdrawn in _batches(self._checked(table, kind, report, shelf)):
            with nullcontext() if pretend else batch():
                shelf.put(lines, withdrawn)
            if not pretend:
                time.sleep(pause)
            self.progress(self._done(table, pretend=pretend))
        self._note(report, table)
        report.problems.sort(key=lambda problem: problem.line)
        ledger.close()
        return report

    def _table(self) -> tuple[Table, Format]:
        """The file, to be read as what its header says that it is."""
        header = Table(self.sheet.path, name=self.sheet.name).header()
        kind = format_of(header)
        table = Table(
            self.sheet.path,
            name=self.sheet.name,
            required=kind.required(self.options),
            known=kind.known(header),
            longest_cell=kind.longest_cell,
            most_rows=self.sheet.most_rows,
        )
        kind.check(self.sheet.name, self.options)
        return table, kind

    def _checked(
        self, table: Table, kind: Format, report: Report, shelf: Shelf
    ) -> Iterator[OfferLine | Withdrawn]:
        """The rows that are good by themselves; what is wrong with the others goes into the report."""
        reading = Reading(self.options, self.settings.shop.currency, self.now.date(), report.notes)
        rows = kind.rows(table, reading)
        if kind.foreign:
            rows = Matcher(reading).matched(rows)
        for row in rows:
            if isinstance(row, Withdrawn):
                yield row
            elif isinstance(row, Problem):
                report.refuse([row])
            elif isinstance(row, Passed):
                report.aside += 1
            else:
                line = self._line(row, report, shelf)
                if line:
                    yield line

    def _line(self, row: Row, report: Report, shelf: Shelf) -> OfferLine | None:
        try:
            return read_offer(row, currency=self.settings.shop.currency, vat_scheme=self.settings.vat.scheme)
        except WrongRow as error:
            seen = {cell.column for cell in error.cells}
            names = [fault for fault in shelf.faults_of_names(row) if fault.column not in seen]
            report.refuse(row.problem(fault) for fault in (*error.cells, *names))
            return None

    def _note(self, report: Report, table: Table) -> None:
        if table.mended:
            said = ngettext(
                "%(num)d line was not UTF-8 and was read as Windows-1252: look at its accents.",
                "%(num)d lines were not UTF-8 and were read as Windows-1252: look at their accents.",
                table.mended,
            )
            report.notes[said] += 1
        if self.sheet.others:
            report.notes[_("Only the first sheet of the workbook was read.")] += 1

    def _done(self, table: Table, *, pretend: bool) -> int:
        """The bytes read so far; where there are two readings, of which the first writes nothing, half of both."""
        if self.readings == 1:
            return table.position
        return (table.position + (0 if pretend else table.size)) // 2


def _batches(
    rows: Iterable[OfferLine | Withdrawn],
) -> Iterator[tuple[list[OfferLine], list[Withdrawn]]]:
    lines: list[OfferLine] = []
    withdrawn: list[Withdrawn] = []
    for row in rows:
        if isinstance(row, Withdrawn):
            withdrawn.append(row)
        else:
            lines.append(row)
        if len(lines) + len(withdrawn) == BATCH:
            yield lines, withdrawn
            lines, withdrawn = [], []
    if lines or withdrawn:
        yield lines, withdrawn
