"""A small load generator: some connections kept alive, each asking again as soon as it is answered.

One process with raw sockets, since the machine that measures is the machine that is measured: it takes about a tenth of
what a bare Flask route takes.
"""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice


@dataclass
class Measured:
    """What came of one load: seconds of each answer, how many of each status, and how long it all took."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    bytes: int = 0
    elapsed: float = 0.0

    def add(self, other: "Measured") -> None:
        self.seconds += other.seconds
        self.statuses += other.statuses
        self.bytes += other.bytes
        self.elapsed += other.elapsed

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.elapsed if self.elapsed else 0.0

    def percentile(self, percent: float) -> float:
        """Milliseconds within which so many percent of the answers came."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)] if ordered else 0.0


def get(path: str, cookies: str = "") -> bytes:
    """A request as a browser of today sends it."""
    return _head("GET", path, cookies) + b"\r\n"


def post(path: str, body: bytes, cookies: str) -> bytes:
    extra = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    return _head("POST", path, cookies) + extra.encode() + body


def _head(method: str, path: str, cookies: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Language: en-GB,en;q=0.9"]
    lines += ["Accept-Encoding: gzip, deflate, br", "Sec-Fetch-Site: same-origin", "User-Agent: bench"]
    if cookies:
        lines.append(f"Cookie: {cookies}")
    return "".join(f"{line}\r\n" for line in lines).encode()


class _Connection:
    """One visitor: sends a request, waits for the whole answer, goes on."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.begun = 0.0

    def send(self, request: bytes) -> None:
        self.received = b""
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> int | None:
        """Read what is there; gives the status when the answer is whole."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("the server closed a connection")
        self.received += part
        head, mark, body = self.received.partition(b"\r\n\r\n")
        if not mark:
            return None
        head = head.lower()
        status = int(head[9:12])
        if b"transfer-encoding: chunked" in head:
            return status if body.endswith(b"0\r\n\r\n") else None
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        return status if len(body) >= length else None


def load(port: int, requests: Sequence[bytes], *, seconds: float, connections: int = 8) -> Measured:
    """Ask for `requests` over and over for so many seconds."""
    return _run(port, cycle(requests), time.perf_counter() + seconds, connections)


def load_once(port: int, requests: Sequence[bytes], *, connections: int = 8) -> Measured:
    """Ask for each of `requests` once."""
    return _run(port, iter(requests), float("inf"), connections)


def _run(port: int, requests: Iterator[bytes], deadline: float, connections: int) -> Measured:
    measured = Measured()
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for request in islice(requests, connections):
            connection = _Connection(port)
            connection.send(request)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        while selector.get_map():
            for key, _events in selector.select():
                _take(key.data, requests, deadline, selector, measured)
    measured.elapsed = time.perf_counter() - began
    return measured


def _take(
    connection: _Connection,
    requests: Iterator[bytes],
    deadline: float,
    selector: selectors.BaseSelector,
    measured: Measured,
) -> None:
    status = connection.receive()
    if status is None:
        return
    now = time.perf_counter()
    measured.seconds.append(now - connection.begun)
    measured.statuses[status] += 1
    measured.bytes += len(connection.received)
    following = next(requests, None) if now < deadline else None
    if following is None:
        selector.unregister(connection.socket)
        connection.socket.close()
    else:
        connection.send(following)
