"""Files that people hand in as tables, looked at before they are read: text as it is, spreadsheets made text.

A spreadsheet is a program's own format, packed: 2 MB of it may unpack to gigabytes. So it is opened in a process of its
own (`xlsx_worker.py`) whose time, memory and output the kernel bounds, while the server's threads go on answering.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from flask_babel import gettext as _

from .tables import WrongTable
from .xlsx_worker import OUT_OF_MEMORY

_MEGABYTE = 1024 * 1024
# How files begin that are no tables, with what they are.
_BEGINNINGS = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90", "EXE"),
)
# Excel's files of before 2007, and today's under a password: one container for both.
_COMPOUND = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may be and take: bytes as sent and unpacked, rows, columns, seconds, and bytes of memory."""

    size: int
    unpacked: int
    rows: int
    columns: int
    seconds: int
    memory: int

    def for_worker(self) -> str:
        return json.dumps(
            {
                "unpacked": self.unpacked,
                "rows": self.rows,
                "columns": self.columns,
                "seconds": self.seconds,
                "memory": self.memory,
                # Text is longer than XML says it (shared strings), but a table of this size is none of a shop's.
                "written": 4 * self.unpacked,
            }
        )


# From a browser, while somebody waits.
UPLOAD = Limits(
    size=20 * _MEGABYTE,
    unpacked=50 * _MEGABYTE,
    rows=50_000,
    columns=300,
    seconds=20,
    memory=400 * _MEGABYTE,
)
# From the command line, where the operator waits.
COMMAND = Limits(
    size=2048 * _MEGABYTE,
    unpacked=400 * _MEGABYTE,
    rows=1_000_000,
    columns=300,
    seconds=300,
    memory=1024 * _MEGABYTE,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that `core.tables.Table` can read: at `path`, called `name`.

    `most_rows` is how many rows it may have, `others` how many further sheets the workbook holds, which are not read.
    """

    path: Path
    name: str
    most_rows: int
    others: int = 0


@contextmanager
def read_upload(stream: BinaryIO, *, name: str, limits: Limits = UPLOAD) -> Iterator[Sheet]:
    """What a browser sent, as a table for the length of the block; `name` is what the sender calls it.

    Never holds more of it than a small piece in memory. Raises `WrongTable` with a sentence for the sender.
    """
    name = Path(name.replace("\\", "/")).name[:100] or "?"
    with TemporaryDirectory() as folder:
        path = Path(folder, "upload")
        written = 0
        with path.open("wb") as file:
            while piece := stream.read(1 << 16):
                written += len(piece)
                if written > limits.size:
                    raise _too_large(name, limits)
                file.write(piece)
        with opened(path, name=name, limits=limits) as sheet:
            yield sheet


@contextmanager
def opened(path: Path, *, name: str = "", limits: Limits = COMMAND) -> Iterator[Sheet]:
    """The table in a file, for the length of the block, whatever the file's name ends in.

    Raises `WrongTable` when it holds none, or breaks a limit.
    """
    name = name or path.name
    if path.stat().st_size > limits.size:
        raise _too_large(name, limits)
    with path.open("rb") as file:
        beginning = file.read(8)
    if beginning.startswith(_COMPOUND):
        raise WrongTable(
            _(
                "%(file)s: is protected by a password, or is of an old Excel (.xls). Save it as .xlsx without a "
                "password and try again.",
                file=name,
            )
        )
    for start, kind in _BEGINNINGS:
        if beginning.startswith(start):
            raise WrongTable(_("%(file)s: is no table but a file of kind %(kind)s.", file=name, kind=kind))
    if not beginning.startswith(_ZIP):
        yield Sheet(path, name, limits.rows)
        return
    with TemporaryDirectory() as folder:
        text = Path(folder, "sheet.csv")
        said = _convert(path, text, name, limits)
        yield Sheet(text, name, limits.rows, others=said["sheets"] - 1)


def _convert(path: Path, text: Path, name: str, limits: Limits) -> dict[str, int]:
    worker = Path(__file__).with_name("xlsx_worker.py")
    command = [sys.executable, "-I", str(worker), str(path.absolute()), str(text), limits.for_worker()]
    try:
        # A waiting process may be kept from running by others: twice its own time is enough.
        done = subprocess.run(  # noqa: S603 - our own program, and no shell
            command, capture_output=True, timeout=2 * limits.seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise _refusal("time", name, limits) from None
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise _refusal("time", name, limits)
    if done.returncode == OUT_OF_MEMORY:
        raise _refusal("memory", name, limits)
    if done.returncode == -signal.SIGXFSZ:
        raise _refusal("unpacked", name, limits)
    if done.returncode:
        raise _refusal("broken", name, limits)
    said: dict[str, int] = json.loads(done.stdout)
    if "refused" in said:
        raise _refusal(str(said["refused"]), name, limits)
    return said


def _too_large(name: str, limits: Limits) -> WrongTable:
    most = limits.size // _MEGABYTE
    return WrongTable(_("%(file)s: is larger than %(most)d MB; load it in parts.", file=name, most=most))


def _refusal(reason: str, name: str, limits: Limits) -> WrongTable:
    megabytes = limits.unpacked // _MEGABYTE
    sentences = {
        "time": _(
            "%(file)s: takes more than %(most)d seconds to read; load it in parts, or save it as CSV.",
            file=name,
            most=limits.seconds,
        ),
        "memory": _(
            "%(file)s: takes more than %(most)d MB of memory to read; load it in parts, or save it as CSV.",
            file=name,
            most=limits.memory // _MEGABYTE,
        ),
        "unpacked": _(
            "%(file)s: unpacks to more than %(most)d MB; load it in parts, or save it as CSV.",
            file=name,
            most=megabytes,
        ),
        "rows": _("%(file)s: has more than %(most)d rows; load it in parts.", file=name, most=limits.rows),
        "columns": _("%(file)s: has more than %(most)d columns.", file=name, most=limits.columns),
        "password": _("%(file)s: is protected by a password. Save it without one and try again.", file=name),
        "macros": _("%(file)s: holds macros. Save it as .xlsx, without them, and try again.", file=name),
        "open_document": _(
            "%(file)s: is an OpenDocument file. Save it as .xlsx or CSV and try again.", file=name
        ),
        "no_workbook": _("%(file)s: is an archive, and no spreadsheet in it.", file=name),
        "no_sheet": _("%(file)s: has no sheet with cells.", file=name),
        "entities": _("%(file)s: holds XML that no spreadsheet program writes; it is not read.", file=name),
        "broken": _(
            "%(file)s: is a broken spreadsheet. Open it, save it as .xlsx or CSV, and try again.", file=name
        ),
    }
    return WrongTable(sentences[reason])
