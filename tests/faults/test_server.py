"""The server itself: who holds a connection holds nobody up, and a process that dies is replaced."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from storefront.serve import _Announced
from tests.live import LiveShop, processes

pytestmark = pytest.mark.fault
# For what is sure to come, on a machine that has other things to do (seconds).
PATIENCE = 120


@pytest.fixture(scope="module")
def shop(databases, tmp_path_factory) -> Iterator[LiveShop]:
    instance = tmp_path_factory.mktemp("server")
    with LiveShop(instance, databases.fresh(instance)) as shop:
        yield shop
        assert shop.complaints() == []


def status(shop: LiveShop, path: str = "/healthz", timeout: float = PATIENCE) -> int:
    connection = shop.connect(timeout)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
    finally:
        connection.close()
    return response.status


def workers(shop: LiveShop) -> list[int]:
    assert shop.process is not None
    return [pid for pid, (parent, _state) in processes().items() if parent == shop.process.pid]


def hold(shop: LiveShop, beginning: bytes, count: int, stack: ExitStack) -> None:
    """Open `count` connections that begin a request and never end it."""
    for _ in range(count):
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", shop.port)))
        connection.sendall(beginning)


def add_to_cart(shop: LiveShop) -> tuple[int, str | None]:
    """The status of the answer to a form, and when to come back."""
    connection = shop.connect(PATIENCE)
    try:
        connection.request("POST", "/cart/add", body="offer=1")
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    return answer.status, answer.headers["Retry-After"]


SLOW_BODY = b"POST /cart/add HTTP/1.1\r\nHost: shop\r\nContent-Length: 9999\r\n\r\no"
SLOW_HEADERS = b"GET / HTTP/1.1\r\nHost: shop\r\nX-Slow: "


@pytest.mark.parametrize(
    "beginning", [b"", SLOW_HEADERS, SLOW_BODY], ids=["nothing", "half the headers", "half the body"]
)
def test_200_connections_that_never_finish_keep_nobody_waiting(shop, beginning):
    with ExitStack() as stack:
        hold(shop, beginning, 200, stack)
        time.sleep(0.3)
        assert {status(shop) for _ in range(20)} == {200}


def test_a_form_that_finds_no_place_is_told_to_come_back(shop):
    with ExitStack() as stack:
        hold(shop, SLOW_BODY, 50, stack)
        deadline = time.monotonic() + PATIENCE
        answer = add_to_cart(shop)
        # A busy machine takes a while to let the fifty in.
        while answer != (503, "5") and time.monotonic() < deadline:
            time.sleep(0.2)
            answer = add_to_cart(shop)
        assert answer == (503, "5")


def test_a_body_longer_than_allowed_is_refused(shop):
    connection = shop.connect(PATIENCE)
    connection.request("POST", "/cart/add", body=b"offer=" + b"1" * (3 * 1024 * 1024))
    assert connection.getresponse().status == 413
    connection.close()


def test_a_worker_that_dies_is_replaced(shop):
    before = workers(shop)
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while len(now := set(workers(shop)) - {before[0]}) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(now) == 2
    time.sleep(0.5)
    assert {status(shop) for _ in range(10)} == {200}


def test_workers_do_not_outlive_the_main_process(start_shop):
    shop = start_shop()
    assert shop.process is not None
    left = workers(shop)
    os.kill(shop.process.pid, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while any(_alive(pid) for pid in left) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [pid for pid in left if _alive(pid)] == []


def _alive(pid: int) -> bool:
    return processes().get(pid, (0, "Z"))[1] != "Z"


def test_a_taken_port_is_told_in_a_sentence(shop):
    second = subprocess.run(
        [sys.executable, "-m", "storefront.serve"],
        env=shop.environ | {"PORT": str(shop.port)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert second.returncode == 1
    assert second.stderr.strip().endswith(
        f"Can't listen at 127.0.0.1, port {shop.port}: Address already in use. "
        "Choose another port: PORT=8000 make run"
    )


def test_a_wrong_setting_is_told_in_a_sentence(shop):
    wrong = subprocess.run(
        [sys.executable, "-m", "storefront.serve"],
        env=shop.environ | {"REBELOTE_SHOP_CURRENCY": "euros"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("Wrong setting. the environment variable REBELOTE_SHOP_CURRENCY")


def test_it_finishes_what_it_has_begun_when_asked_to_stop(start_shop):
    shop = start_shop()
    with ExitStack() as stack:
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", shop.port)))
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: shop\r\n\r\n")
        assert shop.process is not None
        shop.process.terminate()
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert shop.process.wait(timeout=PATIENCE) == 0


def test_a_signal_in_the_middle_of_waking_up_does_not_hang_it():
    """As it hung: the handler runs in the main thread, which holds the lock of the event that it is to set."""
    server = object.__new__(_Announced)
    server.wrks = []
    server.interrupt_signal = False
    server.main_loop_interrupt = threading.Event()
    told = []

    def wake_up() -> None:
        with server.main_loop_interrupt._cond:  # type: ignore[attr-defined]
            server.signal_handler_interrupt()
            told.append(server.interrupt_signal)

    threading.Thread(target=wake_up, daemon=True).start()
    assert server.main_loop_interrupt.wait(PATIENCE)
    assert told == [True]


def test_it_stops_when_it_is_told_twice_and_its_workers_with_it(start_shop):
    shop = start_shop()
    assert shop.process is not None
    for _ in range(2):
        os.killpg(shop.process.pid, signal.SIGTERM)
    assert shop.process.wait(timeout=PATIENCE) == 0
