"""Reading people's CSV files: any delimiter and order of columns they are likely to have, and errors they can mend."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, TypeVar

T = TypeVar("T")

# No cell of a shop's file is longer; a missing quote would otherwise swallow the rest of the file.
LONGEST_CELL = 20_000
DELIMITERS = (",", ";", "\t")
_QUOTED = re.compile(r'"[^"]*(?:"|$)')
# What Excel may write above the header to say which delimiter it used.
_SEPARATOR = re.compile(r"sep=([,;\t])\s*", re.IGNORECASE)


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
    """A row that was left out. `line` counts from 1, the header being line 1."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (of its first character), and its cells by column name, stripped."""

    line: int
    cells: Mapping[str, str]


class Table:
    """A CSV file: UTF-8 with or without BOM; comma, semicolon or tab; Unix or Windows line ends; quoted newlines.

    Iterating gives `Row`s, and `Problem`s for rows that can't be told apart from their neighbours.
    Raises `WrongTable` when the header lacks a required column.
    """

    def __init__(self, path: Path, *, required: tuple[str, ...], known: tuple[str, ...]) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.position = 0
        self.required = required
        self.known = known

    def __iter__(self) -> Iterator[Row | Problem]:
        with self.path.open("rb") as file:
            lines = self._lines(file)
            above, delimiter, first = self._beginning(lines)
            reader = csv.reader(chain([first], lines), delimiter=delimiter, strict=True)
            header = self._header(reader)
            yield from self._rows(reader, header, above)

    def _lines(self, file: BinaryIO) -> Iterator[str]:
        """Decoded line by line, so that one bad byte spoils one row and memory stays small."""
        for number, raw in enumerate(file, 1):
            self.position += len(raw)
            yield raw.decode("utf-8-sig" if number == 1 else "utf-8", errors="replace")

    def _beginning(self, lines: Iterator[str]) -> tuple[int, str, str]:
        """(how many lines stand above the header, the delimiter, the header's first line)"""
        stated = None
        for above, line in enumerate(lines):
            said = _SEPARATOR.fullmatch(line)
            stated = said[1] if said else stated
            if line.strip() and not said:
                if "\0" in line:
                    raise WrongTable(
                        f"{self.path.name}: isn't UTF-8 text; save it as CSV in UTF-8 and try again."
                    )
                return above, stated or _delimiter(line), line
        raise WrongTable(f"{self.path.name}: is empty. The first line must name the columns.")

    def _header(self, reader: Iterator[list[str]]) -> list[str]:
        try:
            header = [name.strip().lower() for name in next(reader, [])]
        except csv.Error as error:
            raise WrongTable(f"{self.path.name}: the first line isn't a CSV header ({error}).") from error
        missing = [name for name in self.required if name not in header]
        if missing:
            raise WrongTable(
                f"{self.path.name}: the column {' and '.join(missing)} is missing. "
                f"The first line must name the columns; required are {', '.join(self.required)}."
            )
        twice = {name for name in header if name in self.known and header.count(name) > 1}
        if twice:
            raise WrongTable(
                f"{self.path.name}: the column {' and '.join(sorted(twice))} stands there twice."
            )
        return header

    def _rows(self, reader: "csv._reader", header: list[str], above: int) -> Iterator[Row | Problem]:  # type: ignore[name-defined]
        while True:
            line = above + reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                last = above + reader.line_num
                lost = f" (a missing quote? nothing up to line {last} was read)" if last > line else ""
                yield Problem(line, "-", f"not readable as CSV: {error}{lost}")
                continue
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                yield self._row(line, header, cells)

    def _row(self, line: int, header: list[str], cells: list[str]) -> Row | Problem:
        if len(cells) != len(header):
            return Problem(
                line, "-", f"{len(cells)} cells where the header has {len(header)} (a missing quote?)"
            )
        for name, cell in zip(header, cells, strict=True):
            if name in self.known and "\0" in cell:
                return Problem(line, name, "holds a NUL character")
            if name in self.known and "\ufffd" in cell:
                return Problem(line, name, "not UTF-8; save the file as UTF-8 and try again")
            if len(cell) > LONGEST_CELL:
                return Problem(line, name, f"longer than {LONGEST_CELL} characters (a missing quote?)")
        return Row(line, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=_QUOTED.sub("", header).count)


def needed(row: Row, column: str, longest: int) -> str:
    """The text of a cell that must not be empty nor longer than `longest` characters."""
    text = optional(row, column, longest)
    if not text:
        raise WrongCell(column, "is empty")
    return text


def optional(row: Row, column: str, longest: int) -> str:
    """The text of a cell, or an empty one."""
    text = row.cells.get(column, "")
    if len(text) > longest:
        raise WrongCell(column, f"has {len(text)} characters; at most {longest}")
    if any(ord(character) < 32 and character not in "\n\r\t" for character in text):
        raise WrongCell(column, "holds control characters")
    return text


def chosen(row: Row, column: str, choices: tuple[str, ...], default: str = "") -> str:
    """One of `choices`, in any case; `default` when the cell is empty."""
    text = row.cells.get(column, "").lower() or default
    if text not in choices:
        raise WrongCell(column, f"is {text!r}; must be one of {', '.join(choices)}" if text else "is empty")
    return text


def whole(row: Row, column: str, low: int, high: int) -> int | None:
    """A whole number from `low` to `high`, or `None` when the cell is empty."""
    text = row.cells.get(column, "")
    if not text:
        return None
    digits = text.removesuffix(".0")
    if not re.fullmatch(r"0{0,20}[0-9]{1,12}", digits) or not low <= int(digits) <= high:
        raise WrongCell(column, f"is {text[:40]!r}; must be a whole number from {low} to {high}")
    return int(digits)


def parsed(row: Row, column: str, parse: Callable[[str], T], expected: str) -> T | None:
    """What `parse` makes of the cell, or `None` when it is empty; its `ValueError` becomes "must be `expected`"."""
    text = row.cells.get(column, "")
    if not text:
        return None
    try:
        return parse(text)
    except ValueError:
        raise WrongCell(column, f"is {text[:40]!r}; must be {expected}") from None
