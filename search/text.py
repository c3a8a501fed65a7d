# mypy: allow-untyped-calls
"""The text index on disk: which files are current, how they change, how they are read.

    directory/CURRENT          JSON: the name of the index directory in use, and which code made it
    directory/text-0c7e21f4/   a Whoosh index, and the checksums of its files
    directory/LOCK             held by the one process that changes the current index
    directory/BUILDING         held by the one process that makes a new one beside it

Every change is one atomic step: a Whoosh commit (its table of contents is renamed into place, products and cursor
together), or a replaced CURRENT. Files are synced before success is reported, as Whoosh itself never syncs.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC, FileIndex
from whoosh.util.filelock import FileLock, try_for

from search.errors import IndexDamaged, whoosh_guarded
from search.files import Stamp, replace_json, seal, seals, stamp, sync, sync_names, unbroken
from search.pool import PostingPool
from search.postings import Decoded, Segment, TextSnapshot, cursor_of
from search.query import Document
from search.schema import CURSOR_ID, SCHEMA, cursor, fingerprint, indexed

# Whoosh's own hints are wrong in places (ids of numeric fields, who has is_closed) and absent in its forks.
Reader = Any
Writer = Any

_INDEX_NAME = "MAIN"
_DIRECTORY = re.compile(r"text-[0-9a-f]{8}")
_ATTEMPTS = 8  # a reader that meets a commit or a swap finds a file gone, and looks again
_BLOCK = 4_096  # postings: Whoosh's 128 are for skipping, and we read a term whole


class TextIndex:
    """The index in one directory. Knows no columns; gives immutable snapshots."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._made_by = fingerprint()
        # The files of the newest snapshot, and those that `verify` has found as they were written.
        self._files: dict[Path, bytes] = {}
        self._verified: dict[Path, Stamp] = {}

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
            reader = self._reader_in_memory(self.directory / identity[0], identity[1])
            known = _decoded(before, identity[0])
            segments = []
            for leaf, _ in reader.leaf_readers():
                name = str(leaf.segment().segment_id())
                segments.append(Segment(name, leaf, known.get(name)))
                segments[-1].prepare()
            return TextSnapshot(identity, cursor_of(reader), tuple(segments), reader)

    def _reader_in_memory(self, directory: Path, generation: int) -> Reader:
        paths, noted = _files_of(directory, generation), seals(directory)
        held = {path: self._files.get(path) or unbroken(path, noted.get(path.name)) for path in paths}
        memory = RamStorage()
        memory.files.update({path.name: content for path, content in held.items()})
        reader = FileIndex(memory, SCHEMA, _INDEX_NAME).reader()
        self._files = held
        return reader

    def verify(self) -> None:
        """Look whether the files on disk still are what was written: microseconds while nobody touches them.

        Raises IndexDamaged.
        """
        for attempt in range(_ATTEMPTS):
            identity = self.identity()
            try:
                with whoosh_guarded(f"looking after the index {identity[0]}"):
                    return self._verify(self.directory / identity[0], identity[1])
            except IndexDamaged:
                if attempt == _ATTEMPTS - 1 or self.identity() == identity:
                    raise
        raise AssertionError("unreachable")

    def _verify(self, directory: Path, generation: int) -> None:
        toc = _toc(directory, generation)
        known = self._verified
        now = {
            path: stamp(path)
            for path in ([toc, *known] if toc in known else _files_of(directory, generation))
        }
        noted = seals(directory) if now != known else {}
        for path, seen in now.items():
            if known.get(path) != seen:
                unbroken(path, noted.get(path.name))
        self._verified = now

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
    def only_writer(self, patience: float = 0) -> Iterator[bool]:
        """Whether this process may change the current index, until the block ends; asks for `patience` seconds."""
        with self._locked("LOCK", patience) as mine:
            yield mine

    @contextmanager
    def only_builder(self) -> Iterator[bool]:
        """Whether this process may make a new index beside the current one, until the block ends. Never waits."""
        with self._locked("BUILDING", 0) as mine:
            yield mine

    @contextmanager
    def _locked(self, name: str, patience: float) -> Iterator[bool]:
        with whoosh_guarded(f"locking {self.directory}"):
            self.directory.mkdir(parents=True, exist_ok=True)
            lock = FileLock(str(self.directory / name))
            mine = try_for(lambda: lock.acquire(blocking=False), timeout=patience)
        try:
            yield mine
        finally:
            if mine:
                lock.release()

    def apply(
        self, documents: Iterable[Document], removed_ids: Iterable[int], upto: int, name: str | None = None
    ) -> None:
        """Write changed and removed products and the cursor in one commit, to the current index or that of `name`.

        Call within `only_writer`.
        """
        by_id = {document.id: document for document in documents}
        with whoosh_guarded("opening the index to write"):
            current = self.directory / name if name else self._current()
            writer = _writer(FileIndex(FileStorage(str(current), supports_mmap=False), SCHEMA, _INDEX_NAME))
        with whoosh_guarded("writing to the index"), _cancelled_on_error(writer):
            for product_id in sorted({*removed_ids, *by_id, CURSOR_ID}):
                writer.delete_by_term("id", product_id)
            for document in by_id.values():
                writer.add_document(**indexed(document))
            writer.add_document(**cursor(upto))
            writer.commit()
            seal(current)
            sync(current)

    def build(self, documents: Iterable[Document], upto: int) -> str:
        """Make a new index beside the current one; gives its name. Call within `only_builder`."""
        self.sweep()
        with whoosh_guarded("making a new index"):
            # Never a name that there was before: who knows the old index must see that this is another.
            name = f"text-{secrets.token_hex(4)}"
            fresh = self.directory / name
            fresh.mkdir()
        try:
            self._build(fresh, documents, upto)
        except BaseException:
            # On a full disk above all: what can't be finished leaves its room.
            self.discard(name)
            raise
        return name

    def _build(self, fresh: Path, documents: Iterable[Document], upto: int) -> None:
        with whoosh_guarded("making a new index"):
            storage = FileStorage(str(fresh), supports_mmap=False)
            writer = _writer(FileIndex.create(storage, SCHEMA, _INDEX_NAME))
        # The caller's iterator runs outside the guard: its faults are its own.
        with _cancelled_on_error(writer):
            _fill(writer, documents)
            with whoosh_guarded("writing a new index"):
                writer.add_document(**cursor(upto))
                writer.commit()
                seal(fresh)
                sync(fresh)

    def put_in_place(self, name: str) -> None:
        """Make what was built the current index. Call within `only_builder` and `only_writer`."""
        with whoosh_guarded("changing to a new index"):
            replace_json(self.directory / "CURRENT", {"index": name, "made_by": self._made_by})
            sync_names(self.directory)

    def discard(self, name: str) -> None:
        """Remove what was built."""
        shutil.rmtree(self.directory / name, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what earlier builds left, the killed ones included. Call within `only_builder`."""
        try:
            with whoosh_guarded("looking for the current index"):
                current = self._current().name
        except IndexDamaged:
            current = ""
        with whoosh_guarded(f"sweeping {self.directory}"):
            for path in self.directory.iterdir():
                if _DIRECTORY.fullmatch(path.name) and path.name != current:
                    self.discard(path.name)


def _fill(writer: Writer, documents: Iterable[Document]) -> None:
    seen: set[int] = set()
    for document in documents:
        if document.id in seen:
            raise ValueError(f"product {document.id} comes twice")
        seen.add(document.id)
        with whoosh_guarded("writing a new index"):
            writer.add_document(**indexed(document))


def _toc(directory: Path, generation: int) -> Path:
    return directory / str(TOC._filename(_INDEX_NAME, generation))


def _files_of(directory: Path, generation: int) -> list[Path]:
    """The table of contents of this generation, and the files of the segments that it lists."""
    toc = _toc(directory, generation)
    memory = RamStorage()
    memory.files[toc.name] = toc.read_bytes()
    names = [segment.segment_id() for segment in TOC.read(memory, _INDEX_NAME, generation, SCHEMA).segments]
    return [
        toc,
        *(path for path in directory.iterdir() if any(path.name.startswith(f"{name}.") for name in names)),
    ]


def _decoded(before: TextSnapshot | None, name: str) -> dict[str, Decoded]:
    if before is None or before.identity[0] != name:
        return {}
    return {segment.name: segment.decoded for segment in before.segments}


def _writer(index: FileIndex) -> Writer:
    # `_lk=False`: we hold a lock of our own already, and Whoosh 2.7 never gives its lock back after a failed commit.
    writer: Writer = index.writer(codec=W3Codec(blocklimit=_BLOCK), _lk=False)
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
