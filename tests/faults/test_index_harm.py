"""The index is harmed while the shop serves: searches go on, and the shop mends it by itself."""

import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from search import IndexDamaged
from storefront.catalog.finder import current_finder
from tests.catalog.makers import load, stock
from tests.live import LiveShop, Visitor

pytestmark = pytest.mark.fault

LIMITED = "Search is catching its breath"
# How long a busy machine may take to mend the index (seconds); a quiet one needs one.
PATIENCE = 300
WORDS = ("pixel", "galaxy", "turbomix")


@pytest.fixture
def stocked(app: Flask) -> Flask:
    stock(app, *({"title": f"{word.title()} {number}"} for word in WORDS for number in (7, 8)))
    return app


def folder(app: Flask) -> Path:
    return Path(app.instance_path) / "search"


def delete(index: Path) -> None:
    shutil.rmtree(index)


def truncate(index: Path) -> None:
    for path in index.rglob("*.*"):
        os.truncate(path, path.stat().st_size // 2)


def fill_with_rubbish(index: Path) -> None:
    """Of the same size, under the same names."""
    for path in index.rglob("*"):
        if path.is_file():
            path.write_bytes(random.Random(3).randbytes(path.stat().st_size))


def put_a_file_in_its_place(index: Path) -> None:
    """As unreadable as can be, for whoever may read everything as well."""
    shutil.rmtree(index)
    index.write_text("in the way")


@contextmanager
def shoppers(shops: list[LiveShop]) -> Iterator[list[tuple[int, bool]]]:
    """Somebody searches in each shop all the time; gives (status, whether the goods were found) of each answer."""
    answers: list[tuple[int, bool]] = []
    over = threading.Event()

    def search(shop: LiveShop) -> None:
        visitor = Visitor(shop)
        while not over.is_set():
            for word in WORDS:
                answer = visitor.get(f"/search?q={word}")
                answers.append((answer.status, answer.body.count('itemprop="price"') == 2))
                time.sleep(0.01)
        visitor.close()

    threads = [threading.Thread(target=search, args=(shop,)) for shop in shops]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()


def agrees(app: Flask) -> bool:
    """Whether the index on disk can be read and says what the database says."""
    with app.app_context():
        try:
            current_finder().engine.verify()
            return not current_finder().check()[0]
        except IndexDamaged:
            return False


def wait_until(is_so: Callable[[], bool]) -> float:
    """Gives the seconds that it took."""
    begun = time.monotonic()
    while not is_so() and time.monotonic() < begun + PATIENCE:
        time.sleep(0.05)
    assert is_so()
    return time.monotonic() - begun


def test_a_shop_whose_index_is_harmed_serves_on_and_mends_it(stocked, start_shop):
    shops = [start_shop(REBELOTE_SERVER_WORKERS="1") for _ in range(2)]
    with shoppers(shops) as answers:
        wait_until(lambda: agrees(stocked))
        for harm in (delete, truncate, fill_with_rubbish):
            # Or a shop mends it before anybody has seen that it was harmed.
            with shops[0].halted(), shops[1].halted():
                harm(folder(stocked))
                assert not agrees(stocked)
            print(harm.__name__, f"{wait_until(lambda: agrees(stocked)):.2f} s")
        with shops[0].halted(), shops[1].halted():
            put_a_file_in_its_place(folder(stocked))
        time.sleep(1)
        folder(stocked).unlink()
        wait_until(lambda: agrees(stocked))
    assert set(answers) == {(200, True)}
    assert len(answers) > 50


def test_a_shop_that_opens_without_an_index_searches_in_a_plain_way_until_there_is_one(stocked, start_shop):
    """The disk is full, too: the index can't be made until there is room again."""
    shutil.rmtree(folder(stocked))
    folder(stocked).mkdir()
    full = folder(stocked) / "CURRENT.new"
    full.symlink_to("/dev/full")
    shop = start_shop()
    visitor = Visitor(shop)
    for address in [f"/search?q={word}" for word in WORDS] * 2:
        page = visitor.get(address)
        assert (page.status, page.body.count('itemprop="price"')) == (200, 2)
        assert LIMITED in page.body
    full.unlink()
    wait_until(lambda: agrees(stocked))
    # Both processes, each at its own pace; then no page that was limited is ever seen again.
    wait_until(
        lambda: not any(LIMITED in visitor.get(f"/search?q=pixel&page=1&n={n}").body for n in range(8))
    )
    for address in [f"/search?q={word}" for word in WORDS] * 8:
        again = Visitor(shop)
        assert LIMITED not in again.get(address).body
        again.close()
    visitor.close()


def test_a_rebuild_while_the_shop_serves_and_changes_loses_nothing(stocked, start_shop):
    shop = start_shop()
    with shoppers([shop]) as answers:
        for number in range(3):
            changes = threading.Thread(target=change_words, args=(stocked, number))
            changes.start()
            result = stocked.test_cli_runner().invoke(args=["search", "rebuild"])
            changes.join()
            assert result.exit_code == 0, result.output
    check = stocked.test_cli_runner().invoke(args=["search", "check"])
    assert (check.exit_code, check.output) == (0, "The search index agrees with the database.\n")
    assert set(answers) == {(200, True)}
    visitor = Visitor(shop)
    wait_until(lambda: visitor.get("/search?q=zork&literal=1").body.count('itemprop="price"') == 5)
    visitor.close()


def change_words(app: Flask, number: int) -> None:
    """Five products are told anew, one after the other, without anybody writing the index for it."""
    with app.app_context():
        for each in range(5):
            load({"sku": f"Z{each}", "title": f"Thing {'abcde'[each]}", "description": f"zork {number}"})
