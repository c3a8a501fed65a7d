"""The gate that bodies are read through: one that dribbles in holds a place of few, however large it is."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.test import EnvironBuilder, run_wsgi_app

from storefront.core.security import LARGEST_REQUEST
from storefront.serve import BodyGate

LARGE = LARGEST_REQUEST + 10
PATIENCE = 60


class Dribbling(io.BytesIO):
    """Bytes that come when `rest` is set; `begun` tells that somebody waits for them."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.begun, self.rest = threading.Event(), threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        self.begun.set()
        assert self.rest.wait(PATIENCE)
        return super().read(size)


def counting(environ, start_response):
    """A view that reads all of its body by pieces and tells how long it was; `/unread` reads nothing."""
    length = 0
    if environ["PATH_INFO"] != "/unread":
        while piece := environ["wsgi.input"].read(64 * 1024):
            length += len(piece)
    start_response("200 OK", [])
    return [str(length).encode()]


def send(gate: BodyGate, body: io.BytesIO, length: int, path: str = "/") -> tuple[bytes, str]:
    environ = EnvironBuilder(path, method="POST", input_stream=body, content_length=length).get_environ()
    content, status, _headers = run_wsgi_app(gate, environ)
    return b"".join(content), status


@pytest.fixture
def gate() -> BodyGate:
    return BodyGate(counting, places=1)


@contextmanager
def occupied(gate: BodyGate, length: int) -> Iterator[list[tuple[bytes, str]]]:
    """A body of this length holds the only place, and comes in full at the end; gives what was answered, then."""
    body, answers = Dribbling(b"x" * length), []
    thread = threading.Thread(target=lambda: answers.append(send(gate, body, length)))
    thread.start()
    assert body.begun.wait(PATIENCE)
    try:
        yield answers
    finally:
        body.rest.set()
        thread.join(PATIENCE)


def test_a_large_body_that_dribbles_in_holds_a_place_until_all_has_come(gate):
    with occupied(gate, LARGE) as answers:
        assert send(gate, io.BytesIO(b"small"), 5)[1].startswith("503")
    assert answers == [(str(LARGE).encode(), "200 OK")]
    assert send(gate, io.BytesIO(b"small"), 5) == (b"5", "200 OK")
    assert send(gate, io.BytesIO(b"x" * LARGE), LARGE) == (str(LARGE).encode(), "200 OK")


def test_a_large_body_that_finds_no_place_is_told_to_come_back(gate):
    with occupied(gate, 5):
        with pytest.raises(ServiceUnavailable):
            send(gate, io.BytesIO(b"x" * LARGE), LARGE)
        assert send(gate, io.BytesIO(b"x" * LARGE), LARGE, "/unread") == (b"0", "200 OK")


def test_a_large_body_that_a_view_gives_up_leaves_its_place(gate):
    def giving_up(environ, start_response):
        environ["wsgi.input"].read(1)
        raise InterruptedError

    gate.application = giving_up
    with pytest.raises(InterruptedError):
        send(gate, io.BytesIO(b"x" * LARGE), LARGE)
    assert gate.reading == []
