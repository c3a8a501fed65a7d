"""The text index on disk: what is written stays, whoever dies, whoever else writes."""

import json
import os
import random
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from whoosh.util.filelock import FileLock

from search import Document, Engine, IndexDamaged, Query, Synonyms

from .makers import empty_engine, offer, product

BEFORE = [product(1, "alpha"), product(2, "beta"), product(3, "gamma")]
AFTER = [product(2, "beta"), product(3, "delta"), product(4, "alpha")]


def engine_on(directory: Path, documents: list[Document] = BEFORE) -> Engine:
    """Columns hold products 1 to 9 with an offer each, so that any text found is seen."""
    engine = empty_engine(directory, Synonyms())
    columns = {id: product(id) for id in range(1, 10)} | {document.id: document for document in documents}
    engine.load(columns.values(), [offer(id, id) for id in columns], upto=0)
    return engine


def texts(engine: Engine) -> dict[str, list[int]]:
    """Which products each word finds."""
    return {
        word: sorted(hit.product_id for hit in engine.search(Query(word, literal=True)).hits)
        for word in ("alpha", "beta", "gamma", "delta")
    }


SEEN_BEFORE = {"alpha": [1], "beta": [2], "gamma": [3], "delta": []}
SEEN_AFTER = {"alpha": [4], "beta": [2], "gamma": [], "delta": [3]}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = engine_on(tmp_path)
    assert engine.rebuild(BEFORE, upto=5)
    return engine


def apply_change(engine: Engine, upto: int = 6) -> bool:
    return engine.apply_text(AFTER, [1], upto)


def test_a_change_and_its_cursor_are_seen_at_once_and_by_the_next_process(
    engine: Engine, tmp_path: Path
) -> None:
    assert (texts(engine), engine.text_cursor()) == (SEEN_BEFORE, 5)
    assert apply_change(engine)
    for each in (engine, engine_on(tmp_path)):
        assert (texts(each), each.text_cursor()) == (SEEN_AFTER, 6)


def test_applying_twice_changes_nothing(engine: Engine) -> None:
    assert apply_change(engine)
    assert engine.apply_text([product(2, "gamma")], [3, 4], upto=6)
    assert engine.apply_text([product(2, "gamma")], [3, 4], upto=5)
    assert (texts(engine), engine.text_cursor()) == (SEEN_AFTER, 6)


def test_removing_what_is_not_there_is_no_error(engine: Engine) -> None:
    assert engine.apply_text([], [77, 78], upto=6)
    assert (texts(engine), engine.text_cursor()) == (SEEN_BEFORE, 6)


def test_many_small_changes_end_as_one_rebuild_would(engine: Engine) -> None:
    words = ["alpha", "beta", "gamma", "delta"]
    now = {document.id: document.title for document in BEFORE}
    for upto in range(6, 40):
        id, title = upto % 9 + 1, words[upto * 7 % 4]
        removed = [(upto * 5) % 9 + 1]
        now = {key: value for key, value in (now | {id: title}).items() if key not in removed or key == id}
        assert engine.apply_text([product(id, title)], removed, upto)
    assert texts(engine) == {word: sorted(id for id, title in now.items() if title == word) for word in words}


def test_another_process_takes_notice_when_it_refreshes(engine: Engine, tmp_path: Path) -> None:
    other = engine_on(tmp_path)
    assert texts(other) == SEEN_BEFORE
    apply_change(engine)
    assert texts(other) == SEEN_BEFORE
    other.refresh()
    assert texts(other) == SEEN_AFTER
    engine.rebuild(BEFORE, upto=7)
    assert texts(other) == SEEN_AFTER
    other.refresh()
    assert (texts(other), other.text_cursor()) == (SEEN_BEFORE, 7)


def test_while_another_writes_nobody_waits_and_nothing_is_lost(engine: Engine, tmp_path: Path) -> None:
    locks = [FileLock(str(tmp_path / name)) for name in ("LOCK", "BUILDING")]
    assert all(lock.acquire() for lock in locks)
    assert not apply_change(engine)
    assert not engine.rebuild(AFTER, upto=9)
    assert (texts(engine), engine.text_cursor()) == (SEEN_BEFORE, 5)
    for lock in locks:
        lock.release()
    assert apply_change(engine)


def test_two_writers_at_once_take_turns(engine: Engine, tmp_path: Path) -> None:
    other = engine_on(tmp_path)
    assert apply_change(engine)
    # `other` has not refreshed: it must not write upon an old generation, nor repeat what is done.
    assert other.apply_text([product(5, "delta")], [], upto=7)
    engine.refresh()
    assert texts(engine) == SEEN_AFTER | {"delta": [3, 5]}


def test_a_rebuild_serves_the_old_until_the_new_is_whole(engine: Engine, tmp_path: Path) -> None:
    seen = []

    def documents() -> Iterator[Document]:
        for document in AFTER:
            seen.append(texts(engine))
            yield document

    assert engine.rebuild(documents(), upto=6)
    assert seen == [SEEN_BEFORE] * 3
    assert (texts(engine), engine.text_cursor()) == (SEEN_AFTER, 6)
    assert len(list(tmp_path.glob("text-*"))) == 1


def test_a_rebuild_never_goes_back_in_time(engine: Engine) -> None:
    apply_change(engine, upto=6)
    assert not engine.rebuild(BEFORE, upto=5)
    assert texts(engine) == SEEN_AFTER


def test_what_changes_during_a_rebuild_is_found_at_once_and_in_the_new_index(
    engine: Engine, tmp_path: Path
) -> None:
    other = engine_on(tmp_path)

    def documents() -> Iterator[Document]:
        yield BEFORE[0]
        # Another process need not wait for the rebuild.
        assert other.apply_text(AFTER, [1], upto=6)
        assert texts(other) == SEEN_AFTER
        yield from BEFORE[1:]

    assert engine.rebuild(
        documents(), upto=5, since=lambda upto: (AFTER, [1], 6) if upto == 5 else ((), (), 0)
    )
    for each in (engine, engine_on(tmp_path)):
        assert (texts(each), each.text_cursor()) == (SEEN_AFTER, 6)


def test_a_rebuild_that_was_overtaken_is_given_up_where_nobody_tells_what_changed(
    engine: Engine, tmp_path: Path
) -> None:
    def documents() -> Iterator[Document]:
        yield from BEFORE
        assert engine_on(tmp_path).apply_text(AFTER, [1], upto=6)

    assert not engine.rebuild(documents(), upto=5)
    assert texts(engine_on(tmp_path)) == SEEN_AFTER
    assert len(list(tmp_path.glob("text-*"))) == 1


def test_an_index_made_in_the_place_of_a_lost_one_is_told_from_it(engine: Engine, tmp_path: Path) -> None:
    for path in tmp_path.glob("**/*"):
        if path.is_file():
            path.unlink()
    assert engine_on(tmp_path).rebuild(AFTER, upto=6)
    engine.refresh()
    assert texts(engine) == SEEN_AFTER


def test_a_rebuild_whose_source_fails_leaves_all_as_it_was(engine: Engine, tmp_path: Path) -> None:
    def documents() -> Iterator[Document]:
        yield AFTER[0]
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        engine.rebuild(documents(), upto=6)
    assert texts(engine_on(tmp_path)) == SEEN_BEFORE
    assert engine.rebuild(AFTER, upto=6)
    assert len(list(tmp_path.glob("text-*"))) == 1


def test_a_product_that_comes_twice_is_refused_by_a_rebuild(engine: Engine) -> None:
    with pytest.raises(ValueError, match="twice"):
        engine.rebuild([product(1), product(1)], upto=6)


# When the disk refuses, Whoosh leaves files to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_a_full_disk_is_damage_that_harms_nothing(engine: Engine, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))  # bytes a file
    try:
        with pytest.raises(IndexDamaged):
            apply_change(engine)
        with pytest.raises(IndexDamaged):
            engine.rebuild(AFTER, upto=6)
        assert len(list(tmp_path.glob("text-*"))) == 1  # what could not be finished leaves its room
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert texts(engine) == texts(engine_on(tmp_path)) == SEEN_BEFORE
    assert apply_change(engine)


def killed_at(step: int, directory: Path, action: Callable[[Engine], object]) -> bool:
    """Run the action in a child that dies by SIGKILL before its step-th touch of a file; whether it died."""
    child = os.fork()
    if child == 0:
        engine, touched = engine_on(directory), 0

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal touched
            if event in {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}:
                touched += str(directory) in str(arguments[0])
                if touched == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        action(engine)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("action", [apply_change, lambda engine: engine.rebuild(AFTER, upto=6)])
def test_a_kill_at_any_step_leaves_the_old_or_the_new(
    engine: Engine, tmp_path: Path, action: Callable[[Engine], bool]
) -> None:
    outcomes = []
    step = 1
    while killed_at(step, tmp_path, action):
        after = engine_on(tmp_path)
        outcomes.append((texts(after), after.text_cursor()))
        assert outcomes[-1] in [(SEEN_BEFORE, 5), (SEEN_AFTER, 6)]
        if after.text_cursor() == 6:
            # Undo, so that the next child has something to do.
            assert after.apply_text(BEFORE, [4], upto=7)
            _set_cursor_back(after)
        step += 1
    assert step > 5
    assert (texts(engine_on(tmp_path)), engine_on(tmp_path).text_cursor()) == (SEEN_AFTER, 6)


def _set_cursor_back(engine: Engine) -> None:
    """Start again from the state before, as no cursor ever goes back by itself."""
    directory = engine._index.directory
    (directory / "CURRENT").unlink()
    assert engine.rebuild(BEFORE, upto=5)


def spoil_current(directory: Path) -> None:
    (directory / "CURRENT").write_bytes(b"\x00\xff rubbish")


def delete_current(directory: Path) -> None:
    (directory / "CURRENT").unlink()


def list_as_current(directory: Path) -> None:
    (directory / "CURRENT").write_text("[]")


def outside_current(directory: Path) -> None:
    pointer = json.loads((directory / "CURRENT").read_text())
    (directory / "CURRENT").write_text(json.dumps(pointer | {"index": "../elsewhere"}))


def other_code(directory: Path) -> None:
    pointer = json.loads((directory / "CURRENT").read_text())
    (directory / "CURRENT").write_text(json.dumps(pointer | {"made_by": "an older analysis"}))


def delete_index(directory: Path) -> None:
    for path in directory.glob("text-*/*"):
        path.unlink()


def empty_files(directory: Path) -> None:
    for path in directory.glob("text-*/*"):
        path.write_bytes(b"")


def truncate_segments(directory: Path) -> None:
    for path in directory.glob("text-*/*.seg"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def rubbish_in_segments(directory: Path) -> None:
    for path in directory.glob("text-*/*.seg"):
        path.write_bytes(random.Random(1).randbytes(path.stat().st_size))


def rubbish_in_contents(directory: Path) -> None:
    for path in directory.glob("text-*/*.toc"):
        path.write_bytes(random.Random(1).randbytes(path.stat().st_size))


HARM = [
    spoil_current, delete_current, list_as_current, outside_current, other_code, delete_index, empty_files,
    truncate_segments, rubbish_in_segments, rubbish_in_contents,
]  # fmt: skip


@pytest.mark.parametrize("harm", HARM)
def test_damage_is_told_apart_and_healed_by_a_rebuild(
    engine: Engine, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    harm(tmp_path)
    late = engine_on(tmp_path)
    for action in (
        lambda: late.search(Query("alpha")),
        lambda: late.without(Query("alpha")),
        late.text_cursor,
        late.refresh,
        lambda: apply_change(late),
    ):
        with pytest.raises(IndexDamaged):
            action()
    assert late.search(Query()).total == 9  # no text, no index needed
    assert texts(engine) == SEEN_BEFORE  # who was serving goes on, from memory
    assert late.rebuild(AFTER, upto=6)
    engine.refresh()
    assert texts(late) == texts(engine) == SEEN_AFTER


def other_words(directory: Path) -> None:
    """Files that decode perfectly, and say something else: those of another index with as many products."""
    engine_on(directory / "other").rebuild([product(1, "delta"), *BEFORE[1:]], upto=5)
    (theirs,), (ours,) = (list(place.glob("text-*/*.seg")) for place in (directory / "other", directory))
    ours.write_bytes(theirs.read_bytes())


@pytest.mark.parametrize("harm", [*HARM, other_words])
def test_harm_behind_our_back_is_noticed_though_searches_go_on_from_memory(
    engine: Engine, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    engine.verify()
    harm(tmp_path)
    with pytest.raises(IndexDamaged):
        engine.verify()
    assert texts(engine) == SEEN_BEFORE
    with pytest.raises(IndexDamaged):
        engine_on(tmp_path).refresh()
    assert engine.rebuild(AFTER, upto=6)
    engine.verify()


def test_an_index_whose_writer_died_before_it_noted_the_checksums_is_taken_as_it_is(
    engine: Engine, tmp_path: Path
) -> None:
    for path in tmp_path.glob("text-*/SEALS"):
        path.unlink()
    late = engine_on(tmp_path)
    late.verify()
    assert texts(late) == SEEN_BEFORE
    assert apply_change(late)
    assert set(json.loads(next(tmp_path.glob("text-*/SEALS")).read_text())) == {
        path.name for path in tmp_path.glob("text-*/*") if path.suffix in (".seg", ".toc")
    }


def test_no_index_yet_is_told_as_damage(tmp_path: Path) -> None:
    late = engine_on(tmp_path / "none yet")
    with pytest.raises(IndexDamaged):
        late.search(Query("alpha"))
    assert late.rebuild(BEFORE, upto=0)
    assert texts(late) == SEEN_BEFORE


def test_a_directory_that_cannot_be_made_is_damage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IndexDamaged):
        engine_on(tmp_path / "file" / "index").rebuild(BEFORE, upto=0)


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes_raise_nothing_but_damage(engine: Engine, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    path = dice.choice(sorted(tmp_path.glob("text-*/*.*")))
    content = bytearray(path.read_bytes())
    for _ in range(dice.choice((1, 4, 30))):
        content[dice.randrange(len(content))] = dice.randrange(256)
    path.write_bytes(content)
    late = engine_on(tmp_path)
    try:
        seen = texts(late)
    except IndexDamaged:
        seen = SEEN_BEFORE
    assert seen.keys() == SEEN_BEFORE.keys()
    assert late.rebuild(AFTER, upto=6) or late.rebuild(AFTER, upto=late.text_cursor())
    assert texts(late) == SEEN_AFTER
