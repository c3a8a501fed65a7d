"""Reading people's CSV files: any delimiter and order of columns they are likely to have, and errors they can mend.

Spreadsheets (XLSX) become such files first: `core.sheets`. What a cell may hold is read by `core.cells`.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from flask_babel import gettext as _

from .encodings import decoded, utf_16

# No cell of a shop's file is longer; a missing quote would otherwise swallow the rest of the file.
LONGEST_CELL = 20_000
DELIMITERS = (",", ";", "\t")
_QUOTED = re.compile(r'"[^"]*(?:"|$)')
# What Excel may write above the header to say which delimiter it used.
_SEPARATOR = re.compile(r"sep=([,;\t])\s*", re.IGNORECASE)
# What a spreadsheet shows where a formula has no result; the last is our own word for one that was never worked out.
SPREADSHEET_ERRORS = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#FORMULA!")
)


class WrongTable(Exception):
    """The file as a whole can't be read; the message says why and what to do."""


class WrongCell(Exception):
    """One cell can't be used: `column` and `reason` say which and why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(f"{column}: {reason}")
        self.column = column
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row that was left out. `line` counts from 1, the header being line 1."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = {"line": self.line, "column": self.column}
        return _("line %(line)d, column %(column)s: %(reason)s", reason=self.reason, **where)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (of its first character), and its cells by column name, stripped.

    Of a row that was put together from a file with other columns, `names` says what its columns are called there, and
    `faults` what was wrong with cells that could not be taken over.
    """

    line: int
    cells: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[WrongCell, ...] = ()

    def problem(self, fault: WrongCell) -> "Problem":
        """What is wrong with a cell of this row, under the column's name in the file."""
        return Problem(self.line, self.names.get(fault.column, fault.column), fault.reason)


class Table:
    """A CSV file: UTF-8, UTF-16 or Windows-1252; comma, semicolon or tab; Unix or Windows line ends; quoted newlines.

    Iterating gives `Row`s, and `Problem`s for rows that can't be told apart from their neighbours. Columns that are not
    `known` may hold anything. `mended` counts the lines that were read as Windows-1252.
    Raises `WrongTable` when the header lacks a required column, or more than `most_rows` follow.
    """

    def __init__(
        self,
        path: Path,
        *,
        required: tuple[str, ...] = (),
        known: tuple[str, ...] = (),
        name: str = "",
        longest_cell: int = LONGEST_CELL,
        most_rows: int | None = None,
    ) -> None:
        self.path = path
        self.name = name or path.name
        self.size = path.stat().st_size
        self.position = 0
        self.required = required
        self.known = frozenset(known)
        self.longest_cell = longest_cell
        self.most_rows = most_rows
        self.mended = 0

    def header(self) -> list[str]:
        """The names of the columns, in small letters. Raises `WrongTable`."""
        with self.path.open("rb") as file:
            header = self._begin(file)[1]
        self.position = self.mended = 0
        return header

    def __iter__(self) -> Iterator[Row | Problem]:
        with self.path.open("rb") as file:
            reader, header, above = self._begin(file)
            for number, row in enumerate(self._rows(reader, header, above), 1):
                if self.most_rows is not None and number > self.most_rows:
                    raise self._too_many()
                yield row

    def bare(self) -> Iterator[list[str]]:
        """All rows as they stand, for tables that may have no header; none that is empty. Raises `WrongTable`."""
        with self.path.open("rb") as file:
            lines = self._lines(file)
            _above, delimiter, first = self._beginning(lines)
            reader = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
            number = 0
            while (cells := self._next(reader)) is not None:
                read = [cell.strip().replace("\u2028", " ") for cell in cells]
                number += any(read)
                if self.most_rows is not None and number > self.most_rows:
                    raise self._too_many()
                if any(read):
                    yield read

    def _next(self, reader: Iterator[list[str]]) -> list[str] | None:
        try:
            return next(reader, None)
        except csv.Error as error:
            raise WrongTable(
                _("%(file)s: not readable as CSV: %(error)s", file=self.name, error=error)
            ) from error

    def _too_many(self) -> WrongTable:
        return WrongTable(
            _("%(file)s: has more than %(most)d rows; load it in parts.", file=self.name, most=self.most_rows)
        )

    def _begin(self, file: BinaryIO) -> tuple["csv._reader", list[str], int]:  # type: ignore[name-defined]
        lines = self._lines(file)
        above, delimiter, first = self._beginning(lines)
        reader = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
        return reader, self._header(reader), above

    def _lines(self, file: BinaryIO) -> Iterator[str]:
        """Decoded line by line, so that one bad byte spoils one row and memory stays small."""
        wide = utf_16(file.read(4))
        file.seek(0)
        if wide:
            with io.TextIOWrapper(file, wide, errors="replace", newline="\n") as text:
                for line in text:
                    self.position += 2 * len(line)
                    yield line.removeprefix("\ufeff")
            return
        for number, raw in enumerate(file, 1):
            self.position += len(raw)
            line, mended = decoded(raw)
            self.mended += mended
            yield line.removeprefix("\ufeff") if number == 1 else line

    def _beginning(self, lines: Iterator[str]) -> tuple[int, str, str]:
        """(how many lines stand above the header, the delimiter, the header's first line)"""
        stated = None
        for above, line in enumerate(lines):
            said = _SEPARATOR.fullmatch(line)
            stated = said[1] if said else stated
            if line.strip() and not said:
                if "\0" in line:
                    raise WrongTable(
                        _(
                            "%(file)s: isn't UTF-8 text; save it as CSV in UTF-8 and try again.",
                            file=self.name,
                        )
                    )
                return above, stated or _delimiter(line), line
        raise WrongTable(_("%(file)s: is empty. The first line must name the columns.", file=self.name))

    def _header(self, reader: Iterator[list[str]]) -> list[str]:
        try:
            header = [name.strip().lower() for name in next(reader, [])]
        except csv.Error as error:
            raise WrongTable(
                _(
                    "%(file)s: the first line isn't a CSV header (%(error)s).",
                    file=self.name,
                    error=error,
                )
            ) from error
        missing = [name for name in self.required if name not in header]
        if missing:
            raise WrongTable(
                _(
                    "%(file)s: the column %(missing)s is missing. "
                    "The first line must name the columns; required are %(required)s.",
                    file=self.name,
                    missing=_(" and ").join(missing),
                    required=", ".join(self.required),
                )
            )
        twice = {name for name in header if name in self.known and header.count(name) > 1}
        if twice:
            raise WrongTable(
                _(
                    "%(file)s: the column %(twice)s stands there twice.",
                    file=self.name,
                    twice=_(" and ").join(sorted(twice)),
                )
            )
        return header

    def _rows(self, reader: "csv._reader", header: list[str], above: int) -> Iterator[Row | Problem]:  # type: ignore[name-defined]
        while True:
            line = above + reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                last = above + reader.line_num
                lost = (
                    _(" (a missing quote? nothing up to line %(last)d was read)", last=last)
                    if last > line
                    else ""
                )
                yield Problem(line, "-", _("not readable as CSV: %(error)s", error=error) + lost)
                continue
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                yield self._row(line, header, cells)

    def _row(self, line: int, header: list[str], cells: list[str]) -> Row | Problem:
        if len(cells) != len(header):
            return Problem(
                line,
                "-",
                _(
                    "%(cells)d cells where the header has %(columns)d (a missing quote?)",
                    cells=len(cells),
                    columns=len(header),
                ),
            )
        read = {}
        for name, cell in zip(header, cells, strict=True):
            if len(cell) > self.longest_cell:
                most = self.longest_cell
                return Problem(line, name, _("longer than %(most)d characters (a missing quote?)", most=most))
            if name in self.known:
                fault = _fault(cell)
                if fault:
                    return Problem(line, name, fault)
            # `core.sheets` writes line breaks within cells so: its lines are the rows that a spreadsheet shows.
            read[name] = cell.strip().replace("\u2028", "\n")
        return Row(line, read)


def _fault(cell: str) -> str:
    """What no known column may hold; empty when the cell is well."""
    if "\0" in cell:
        return _("holds a NUL character")
    if "\ufffd" in cell:
        return _("not UTF-8; save the file as UTF-8 and try again")
    if cell[:1] == "#" and cell in SPREADSHEET_ERRORS:
        return _("is %(error)s, an error of the spreadsheet; mend its formula", error=cell)
    return ""


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=_QUOTED.sub("", header).count)
