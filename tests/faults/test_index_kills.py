"""Killed at each step between a change and the index that follows it: the next start needs nobody's help."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import event, select

from storefront.catalog.finder import current_finder
from storefront.catalog.models import Product
from storefront.core.database import db
from storefront.periodic import FOLLOWING, run_task
from tests.catalog.makers import load, stock
from tests.conftest import MakeApp

pytestmark = [pytest.mark.fault, pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")]

# What changes files, as the interpreter announces it; between two of these a kill leaves the same behind.
TOUCHES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@pytest.fixture
def shop(app: Flask) -> Flask:
    stock(app, {}, {"title": "Pixel 8"}, {"title": "Turbomix", "description": "word0"})
    # A child has connections of its own.
    with app.app_context():
        db.engine.dispose()
    return app


def tell(word: str) -> None:
    """A seller's product gets new words: one transaction, its outbox included."""
    load({}, {"title": "Pixel 8"}, {"title": "Turbomix", "description": word}, strict=True)


def tell_and_follow(word: str) -> None:
    """As an importer does, or a serving process after somebody else's import."""
    tell(word)
    current_finder().write_words()


def rebuild(_word: str) -> None:
    assert current_finder().rebuild()


def killed_at(step: int, app: Flask, action: Callable[[str], None], word: str) -> bool:
    """Do it in a child that dies by SIGKILL at its step-th chance; whether it died."""
    folder = str(Path(app.instance_path) / "search")
    child = os.fork()
    if child == 0:
        chances = 0

        def pass_by(*_event: object) -> None:
            nonlocal chances
            chances += 1
            if chances == step:
                os.kill(os.getpid(), signal.SIGKILL)

        def watch_files(name: str, arguments: tuple[object, ...]) -> None:
            touches = name in TOUCHES or (name == "open" and cast(int, arguments[2]) & WRITING)
            if touches and folder in str(arguments[0]):
                pass_by()

        with app.app_context():
            event.listen(db.engine, "commit", pass_by)
            event.listen(db.session, "after_commit", pass_by)
            sys.addaudithook(watch_files)
            action(word)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def told(app: Flask, word: str) -> bool:
    """Whether the database has the new words."""
    with app.app_context():
        description = db.session.scalar(select(Product.description).where(Product.title == "Turbomix"))
        return description == word


def behind(app: Flask) -> bool:
    """Whether the index differs from the database."""
    with app.app_context():
        return bool(current_finder().check()[0])


def open_again(make_app: MakeApp) -> Flask:
    """A new process, and what it does by itself within its first second."""
    app = make_app()
    for task in FOLLOWING:
        run_task(app, task)
    return app


def check(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["search", "check"])
    return result.exit_code, result.output


def kill_at_each_step(
    shop: Flask, make_app: MakeApp, action: Callable[[str], None]
) -> list[tuple[bool, bool]]:
    """What each kill left behind: (were the words told?, is the index behind?); afterwards both agree."""
    left = []
    step = 1
    observer = make_app()
    while killed_at(step, shop, action, f"word{step}"):
        left.append((told(observer, f"word{step}"), behind(observer)))
        again = open_again(make_app)
        assert check(again) == (0, "The search index agrees with the database.\n"), step
        step += 1
    return left


def test_a_kill_between_a_change_and_its_words_in_the_index_loses_neither(shop, make_app):
    left = kill_at_each_step(shop, make_app, tell_and_follow)
    # Before the commit, between it and the index's, and after both: each was hit, in this order.
    assert list(dict.fromkeys(left)) == [(False, False), (True, True), (True, False)]
    assert left.count((True, True)) > 5


def test_a_kill_during_a_rebuild_leaves_the_old_index_or_the_new(shop, make_app):
    """A change waits to be written meanwhile: the new index has it, and the old one gets it at the next start."""
    with shop.app_context():
        tell("waiting")
        db.session.remove()
        db.engine.dispose()
    observer = make_app()
    assert behind(observer)
    left = []
    step = 1
    while killed_at(step, shop, rebuild, ""):
        left.append(behind(observer))
        assert check(open_again(make_app))[0] == 0
        with shop.app_context():
            tell(f"waiting{step}")
            db.session.remove()
            db.engine.dispose()
        step += 1
    assert list(dict.fromkeys(left)) == [True, False]
    assert left.count(True) > 5
