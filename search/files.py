"""The index's files: written so that they stay, and with checksums, so that what spoils them is noticed.

Segments and tables of contents never change once they are written: a checksum holds for as long as its file is there.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from search.errors import IndexDamaged

_SEALS = "SEALS"
_SEALED = (".seg", ".toc")

# When a file was last changed, its size and its place on the disk.
Stamp = tuple[int, int, int]


def seal(directory: Path) -> None:
    """Note the checksums of the files that have none yet, and forget those of files that are gone."""
    known = seals(directory)
    sums = {
        path.name: known.get(path.name) or _sum(path.read_bytes())
        for path in directory.iterdir()
        if path.suffix in _SEALED
    }
    replace_json(directory / _SEALS, sums)


def seals(directory: Path) -> dict[str, str]:
    """The noted checksums, by the name of the file; none where nothing was noted."""
    try:
        found = json.loads((directory / _SEALS).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return {str(name): str(known) for name, known in found.items()}


def unbroken(path: Path, noted: str | None) -> bytes:
    """What is in the file. Raises IndexDamaged when that isn't what was written.

    With no checksum noted (its writer was killed before it could) the file is taken as it is.
    """
    content = path.read_bytes()
    if noted is not None and _sum(content) != noted:
        raise IndexDamaged(f"{path.name} is not what was written")
    return content


def stamp(path: Path) -> Stamp:
    """Changes whenever the file does: cheap enough to look at every second."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def replace_json(path: Path, value: object) -> None:
    """Write the file in one step: whoever reads it finds the old or the new."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


def sync(directory: Path) -> None:
    """Have what is sealed on the disk before this returns; Whoosh itself never syncs."""
    for path in directory.iterdir():
        if path.is_file() and path.suffix in _SEALED:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    sync_names(directory)


def sync_names(directory: Path) -> None:
    """Have the names of the directory's files on the disk."""
    if os.name == "nt":  # directories cannot be opened there
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sum(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
