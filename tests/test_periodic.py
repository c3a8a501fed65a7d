"""The periodic work: one task's trouble is its own."""

import logging
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from search import IndexDamaged
from storefront import periodic
from storefront.periodic import Task


def failing(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("nobody thought of it"),
        IndexDamaged("half a file"),
        OSError("no mail server"),
        OperationalError("SELECT 1", {}, Exception("database is locked")),
    ],
)
def test_one_task_in_trouble_stops_no_other_and_is_tried_again(app, caplog, error):
    done: list[str] = []
    tasks = (Task("fail", 0, failing(error)), Task("go on", 0, lambda: done.append("done")))
    due: dict[str, float] = {}
    with caplog.at_level(logging.ERROR):
        for _round in range(2):
            periodic.run_due(app, tasks, due)
    assert done == ["done", "done"]
    assert [record.getMessage() for record in caplog.records] == ["could not fail"] * 2
    assert caplog.records[0].exc_info is not None


def test_a_task_waits_until_it_is_due_again(app):
    done: list[str] = []
    tasks = (
        Task("often", 0, lambda: done.append("often")),
        Task("rarely", 600, lambda: done.append("rarely")),
    )
    due: dict[str, float] = {}
    for _round in range(2):
        periodic.run_due(app, tasks, due)
    assert done == ["often", "rarely", "often"]
