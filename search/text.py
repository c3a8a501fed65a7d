# mypy: allow-untyped-calls
"""The text index on disk: which files are current, how they change, how they are read.

    directory/CURRENT          JSON: the name of the index directory in use, and which code made it
    directory/text-00000007/   a Whoosh index
    directory/LOCK             held by the one process that writes

Every change is one atomic step: a Whoosh commit (its table of contents is renamed into place, products and cursor
together), or a replaced CURRENT. Files are synced before success is reported, as Whoosh itself never syncs.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC, FileIndex
from whoosh.util.filelock import FileLock

from search.errors import IndexDamaged, whoosh_guarded
from search.pool import PostingPool
from search.postings import Decoded, Segment, TextSnapshot, cursor_of
from search.query import Document
from search.schema import CURSOR_ID, SCHEMA, cursor, fingerprint, indexed

# Whoosh's own hints are wrong in places (ids of numeric fields, who has is_closed) and absent in its forks.
Reader = Any
Writer = Any

_INDEX_NAME = "MAIN"
_DIRECTORY = re.compile(r"text-(\d{8})")
_ATTEMPTS = 8  # a reader that meets a commit or a swap finds a file gone, and looks again


class TextIndex:
    """The index in one directory. Knows no columns; gives immutable snapshots."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._made_by = fingerprint()

    # Reading

    def identity(self) -> tuple[str, int]:
        """Which index is current, and its generation: cheap enough to ask every second."""
        with whoosh_guarded(f"looking for the index in {self.directory}"):
            current = self._current()
            generation = TOC._latest_generation(FileStorage(str(current)), _INDEX_NAME)
        if generation < 0:
            raise IndexDamaged(f"{current} holds no index")
        return current.name, generation

    def snapshot(self, before: TextSnapshot | None = None) -> TextSnapshot:
        """Read the current generation, taking over from `before` what has not changed."""
        for attempt in range(_ATTEMPTS):
            identity = self.identity()
            if before is not None and before.identity == identity:
                return before
            try:
                return self._read(identity, before)
            except IndexDamaged:
                if attempt == _ATTEMPTS - 1 or self.identity() == identity:
                    raise
        raise AssertionError("unreachable")

    def _read(self, identity: tuple[str, int], before: TextSnapshot | None) -> TextSnapshot:
        with whoosh_guarded(f"reading the index {identity[0]}"):
            reader = _reader_in_memory(self.directory / identity[0], identity[1])
            known = _decoded(before, identity[0])
            segments = []
            for leaf, _ in reader.leaf_readers():
                name = str(leaf.segment().segment_id())
                segments.append(Segment(name, leaf, known.get(name)))
                segments[-1].prepare()
            return TextSnapshot(identity, cursor_of(reader), tuple(segments), reader)

    def _current(self) -> Path:
        pointer = json.loads((self.directory / "CURRENT").read_text("utf-8"))
        if pointer["made_by"] != self._made_by:
            raise IndexDamaged("the index was made by another version of the search code")
        name = pointer["index"]
        if not _DIRECTORY.fullmatch(name):
            raise IndexDamaged(f"CURRENT names {name!r}")
        return self.directory / str(name)

    # Writing

    @contextmanager
    def only_writer(self) -> Iterator[bool]:
        """Whether this process may write, until the block ends. Never waits."""
        with whoosh_guarded(f"locking {self.directory}"):
            self.directory.mkdir(parents=True, exist_ok=True)
            lock = FileLock(str(self.directory / "LOCK"))
            mine = lock.acquire(blocking=False)
        try:
            yield mine
        finally:
            if mine:
                lock.release()

    def apply(self, documents: Iterable[Document], removed_ids: Iterable[int], upto: int) -> None:
        """Write changed and removed products and the cursor in one commit. Call within `only_writer`."""
        by_id = {document.id: document for document in documents}
        with whoosh_guarded("opening the index to write"):
            current = self._current()
            writer = _writer(FileIndex(FileStorage(str(current), supports_mmap=False), SCHEMA, _INDEX_NAME))
        with whoosh_guarded("writing to the index"), _cancelled_on_error(writer):
            for product_id in sorted({*removed_ids, *by_id, CURSOR_ID}):
                writer.delete_by_term("id", product_id)
            for document in by_id.values():
                writer.add_document(**indexed(document))
            writer.add_document(**cursor(upto))
            writer.commit()
            _sync(current)

    def rebuild(self, documents: Iterable[Document], upto: int) -> None:
        """Make a new index beside the current one, then put it in its place. Call within `only_writer`."""
        with whoosh_guarded("making a new index"):
            name = f"text-{self._last_number() + 1:08d}"
            fresh = self.directory / name
            fresh.mkdir()
            storage = FileStorage(str(fresh), supports_mmap=False)
            writer = _writer(FileIndex.create(storage, SCHEMA, _INDEX_NAME))
        # The caller's iterator runs outside the guard: its faults are its own.
        with _cancelled_on_error(writer):
            _fill(writer, documents)
            with whoosh_guarded("writing a new index"):
                writer.add_document(**cursor(upto))
                writer.commit()
                _sync(fresh)
                self._point_to(name)
        self._sweep(keep=name)

    def _point_to(self, name: str) -> None:
        fresh = self.directory / "CURRENT.new"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({"index": name, "made_by": self._made_by}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.directory / "CURRENT")
        _sync_directory(self.directory)

    def _last_number(self) -> int:
        found = (_DIRECTORY.fullmatch(path.name) for path in self.directory.iterdir())
        return max((int(match.group(1)) for match in found if match), default=0)

    def _sweep(self, keep: str) -> None:
        """Remove what earlier rebuilds left, the killed ones included."""
        for path in self.directory.iterdir():
            if _DIRECTORY.fullmatch(path.name) and path.name != keep:
                shutil.rmtree(path, ignore_errors=True)


def _fill(writer: Writer, documents: Iterable[Document]) -> None:
    seen: set[int] = set()
    for document in documents:
        if document.id in seen:
            raise ValueError(f"product {document.id} comes twice")
        seen.add(document.id)
        with whoosh_guarded("writing a new index"):
            writer.add_document(**indexed(document))


def _decoded(before: TextSnapshot | None, name: str) -> dict[str, Decoded]:
    if before is None or before.identity[0] != name:
        return {}
    return {segment.name: segment.decoded for segment in before.segments}


def _reader_in_memory(directory: Path, generation: int) -> Reader:
    memory = RamStorage()
    toc_name = TOC._filename(_INDEX_NAME, generation)
    memory.files[toc_name] = (directory / toc_name).read_bytes()
    names = [segment.segment_id() for segment in TOC.read(memory, _INDEX_NAME, generation, SCHEMA).segments]
    for path in directory.iterdir():
        if any(path.name.startswith(f"{name}.") for name in names):
            memory.files[path.name] = path.read_bytes()
    return FileIndex(memory, SCHEMA, _INDEX_NAME).reader()


def _writer(index: FileIndex) -> Writer:
    # `_lk=False`: we hold a lock of our own already, and Whoosh 2.7 never gives its lock back after a failed commit.
    writer = index.writer(_lk=False)
    writer.pool = PostingPool()
    return writer


@contextmanager
def _cancelled_on_error(writer: Writer) -> Iterator[None]:
    """Close Whoosh's files whatever happened; what then fails as well is no news."""
    try:
        yield
    except BaseException:
        with suppress(IndexDamaged), whoosh_guarded("giving up"):
            writer.cancel()
        raise


def _sync(directory: Path) -> None:
    for path in directory.iterdir():
        if path.is_file() and path.suffix in (".seg", ".toc"):
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _sync_directory(directory)


def _sync_directory(directory: Path) -> None:
    if os.name == "nt":  # directories cannot be opened there
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
