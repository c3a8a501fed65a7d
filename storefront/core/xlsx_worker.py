"""One XLSX file made a CSV file: run by `core.sheets` as a program of its own, within limits that it puts on itself.

    python -I xlsx_worker.py SOURCE DESTINATION LIMITS-AS-JSON

Says on standard output, as JSON, either {"rows": n, "sheets": m} or {"refused": why}. An error that it doesn't know
ends it with a traceback and code 1, too much memory with code 3, too much time with a signal. Imports nothing of the
shop.

Line n of the CSV file is row n of the sheet; a line break within a cell is U+2028.
"""

import csv
import json
import os
import resource
import signal
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from itertools import repeat
from pathlib import Path
from typing import Any
from xml.parsers import expat

# Parts that a spreadsheet of one table never needs more of.
MOST_PARTS = 2_000
MACROS, OPEN_DOCUMENT, WORKBOOK = "xl/vbaProject.bin", "content.xml", "xl/workbook.xml"
OUT_OF_MEMORY = 3
CONTENT_TYPES = "[Content_Types].xml"
_ENCRYPTED = 0x1
# For each row that may be filled, so many may stand there.
_MOST_EMPTY = 2
# openpyxl would read a formula's text or its last result; a formula that has none is this, as `core.tables` knows.
_NO_RESULT = "#FORMULA!"


class Refused(Exception):
    """A file that is not read; the argument is the reason's name, known to `core.sheets`."""


def main(source: str, destination: str, limits: str) -> int:
    bounds = json.loads(limits)
    _limit(bounds)
    try:
        said = convert(Path(source), Path(destination), bounds)
    except Refused as error:
        said = {"refused": str(error)}
    except (zipfile.BadZipFile, expat.ExpatError):
        said = {"refused": "broken"}
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.write(json.dumps(said))
    return 0


def _limit(bounds: dict[str, int]) -> None:
    """From here on the kernel ends this process when it takes more than it may."""
    resource.setrlimit(resource.RLIMIT_AS, (bounds["memory"], bounds["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds["seconds"], bounds["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds["written"], bounds["written"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def convert(source: Path, destination: Path, bounds: dict[str, int]) -> dict[str, Any]:
    """Write the first sheet of `source` to `destination`. Raises `Refused`."""
    formulas = _look_inside(source, bounds)
    # No part has a DOCTYPE, so no entities: openpyxl may use the parser in C, quicker than defusedxml's.
    os.environ["OPENPYXL_DEFUSEDXML"] = "False"
    # Of no use here, and the number library's threads would take memory of their own.
    for name in ("numpy", "PIL"):
        sys.modules[name] = None  # type: ignore[assignment]
    # After all that is set.
    from openpyxl import load_workbook

    # As open files, for openpyxl goes by the ends of names, and people's names say nothing.
    with source.open("rb") as file, source.open("rb") as again:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        if not book.worksheets:
            raise Refused("no_sheet")
        texts: Iterator[Any] = repeat(())
        if formulas:
            texts = _rows(load_workbook(again, read_only=True, keep_links=False).worksheets[0])
        rows = _write(zip(_rows(book.worksheets[0]), texts, strict=False), destination, bounds)
        return {"rows": rows, "sheets": len(book.worksheets)}


def _look_inside(source: Path, bounds: dict[str, int]) -> bool:
    """Refuse what should not be unpacked; whether any cell may be a formula."""
    with zipfile.ZipFile(source) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise Refused("password")
        if MACROS in names:
            raise Refused("macros")
        if WORKBOOK not in names:
            raise Refused("open_document" if OPEN_DOCUMENT in names else "no_workbook")
        # What it says of its sizes is binding: more than that is never unpacked.
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > bounds["unpacked"]:
            raise Refused("unpacked")
        found = [
            _tags(archive, part)
            for part in parts
            if part.filename.endswith((".xml", ".rels", ".vml")) or part.filename == CONTENT_TYPES
        ]
    # Rows that are formatted and empty don't count in the end, but reading a million of them takes minutes.
    if any(tags[b"<row"] > _MOST_EMPTY * bounds["rows"] for tags in found):
        raise Refused("rows")
    return any(tags[b"<f"] for tags in found)


def _tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> dict[bytes, int]:
    """Read a part of XML from end to end; how often rows and formulas begin in it. Refuses one with a DOCTYPE."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    tags = {b"<row": 0, b"<f": 0}
    end = b""
    with archive.open(part) as file:
        while piece := file.read(1 << 16):
            parser.Parse(piece, False)
            for tag in tags:
                tags[tag] += (end[1 - len(tag) :] + piece).count(tag)
            end = piece[-3:]
    parser.Parse(b"", True)
    return tags


def _refuse_doctype(*_declared: object) -> None:
    raise Refused("entities")


def _rows(sheet: Any) -> Iterator[Any]:
    # What the file says of its own extent is often wrong.
    sheet.reset_dimensions()
    return iter(sheet.iter_rows(values_only=True))


def _write(pairs: Iterator[Any], destination: Path, bounds: dict[str, int]) -> int:
    """Write the rows, as wide as the first that is not empty; returns how many are not empty."""
    count, width = 0, 0
    with destination.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row, text in pairs:
            cells = [_text(cell) for cell in row]
            for place, formula in enumerate(text):
                if not cells[place] and isinstance(formula, str) and formula.startswith("="):
                    cells[place] = _NO_RESULT
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                count += 1
                width = width or len(cells)
            if len(cells) > bounds["columns"]:
                raise Refused("columns")
            if count > bounds["rows"] + 1:
                raise Refused("rows")
            writer.writerow(cells + [""] * (width - len(cells)) if cells else [])
    return count


def _text(value: Any) -> str:
    """What the cell shows, as near as a CSV file says it: 319, 319.9, 2026-05-31."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _one_line(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # As many digits as a spreadsheet keeps: 0.1 + 0.2 is 0.3 there.
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    return _one_line(str(value))


def _one_line(text: str) -> str:
    if "\n" not in text and "\r" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\u2028")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
