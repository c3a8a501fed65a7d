"""A shop that really runs: its own processes, port and instance folder, as `make run` starts it."""

import contextlib
import http.client
import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urljoin, urlsplit

from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from .shopper import Form, read_forms

ROOT = Path(__file__).parents[1]
# How long a shop may take to open, and to close (seconds).
OPENING, CLOSING = 300, 120


def processes() -> dict[int, tuple[int, str]]:
    """Every process: its parent and its state (`Z` is one that has ended and that nobody has collected)."""
    if Path("/proc/self/stat").exists():
        found = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                # The name stands in brackets and may hold anything.
                state, parent = path.read_text().rpartition(")")[2].split()[:2]
                found[int(path.parent.name)] = (int(parent), state)
        return found
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True
    )
    rows = (line.split() for line in listed.stdout.splitlines())
    return {int(pid): (int(parent), state[0]) for pid, parent, state in rows}


class LiveShop:
    """`python -m storefront.serve` on a free port; a context manager that stops it at the end.

    `kill()` ends all of its processes as a power cut would; `start()` opens it again, on the same port.
    """

    def __init__(self, instance: Path, environ: Mapping[str, str], module: str = "storefront.serve") -> None:
        self.instance = instance
        self.command = [sys.executable, "-m", module]
        plain = {name: value for name, value in os.environ.items() if not name.startswith("REBELOTE_")}
        self.environ = {**plain, "PORT": "0", **environ, "REBELOTE_INSTANCE": str(instance)}
        self.log = instance / "server.log"
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environ | {"PORT": str(self.port)},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        # A shop that never opens would hold the test for ever.
        alarm = threading.Timer(OPENING, self.kill)
        alarm.start()
        try:
            self.port = self._read_port(self.process)
        finally:
            alarm.cancel()

    def _read_port(self, process: subprocess.Popen[str]) -> int:
        assert process.stdout is not None
        for line in process.stdout:
            found = re.search(r"is open at http://127\.0\.0\.1:(\d+)", line)
            if found:
                return int(found[1])
        raise AssertionError(f"the shop did not open:\n{self.log.read_text()[-4000:]}")

    def stop(self) -> None:
        """Ask it to close, as Ctrl+C does; what was begun is finished."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=CLOSING)
        finally:
            self.kill()

    def kill(self) -> None:
        """End every process at once, in the middle of whatever they do."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.process = None

    @contextlib.contextmanager
    def halted(self) -> Iterator[None]:
        """None of its processes does anything meanwhile; connections wait."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGCONT)

    def complaints(self) -> list[str]:
        """Errors and tracebacks in the server's log."""
        return re.findall(r"^(?:ERROR|CRITICAL|\[ERROR\]|Traceback).*", self.log.read_text(), re.MULTILINE)

    def connect(self, timeout: float = 120) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()


class Nursery(LiveShop):
    """A live shop that opens within a moment, for tests that kill it often: see tests/faults/nursery.py."""

    def __init__(self, instance: Path, environ: Mapping[str, str]) -> None:
        super().__init__(instance, environ, module="tests.faults.nursery")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log_file = self.log.open("a")
        self.nurse = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environ | {"PORT": str(self.port)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log_file,
            text=True,
        )
        self.child = 0

    def start(self) -> None:
        assert self.nurse.stdin is not None
        assert self.nurse.stdout is not None
        self.nurse.stdin.write("open\n")
        self.nurse.stdin.flush()
        self.child = int(self.nurse.stdout.readline().removeprefix("shop "))
        line = self.nurse.stdout.readline()
        assert "is open at" in line, self.log.read_text()[-4000:]

    def stop(self) -> None:
        os.kill(self.child, signal.SIGTERM)
        deadline = time.monotonic() + CLOSING
        while self._answers() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.kill()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        if self.child:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.child, signal.SIGKILL)
        while self._answers():
            time.sleep(0.005)
        self.child = 0

    def close(self) -> None:
        self.kill()
        for pipe in (self.nurse.stdin, self.nurse.stdout):
            if pipe:
                pipe.close()
        self.nurse.wait(timeout=CLOSING)
        self.log_file.close()


@dataclass
class Answer:
    """What a server answered, redirects followed: the last status and body, and the address it came from."""

    status: int
    headers: http.client.HTTPMessage
    body: str
    url: str


class Visitor:
    """A browser without scripts over real HTTP: cookies, redirects, and the forms that pages really have."""

    def __init__(self, shop: LiveShop, timeout: float = 120) -> None:
        self.host = f"127.0.0.1:{shop.port}"
        self.connection = shop.connect(timeout)
        self.cookies: dict[str, str] = {}
        self.page: Answer | None = None

    def get(self, url: str) -> Answer:
        return self._follow("GET", url, None)

    def post(self, url: str, fields: Mapping[str, object]) -> Answer:
        return self._follow("POST", url, urlencode(fields, doseq=True))

    def submit(self, to: str, fields: Mapping[str, object] | None = None) -> Answer:
        """Send the current page's first form whose action contains `to`; a field given as None is left out."""
        assert self.page is not None
        form = self._form(to)
        values = {
            name: value for name, value in {**form.fields, **(fields or {})}.items() if value is not None
        }
        url = urljoin(self.page.url, form.action or self.page.url)
        return (
            self.post(url, values)
            if form.method == "post"
            else self.get(f"{url}?{urlencode(values, doseq=True)}")
        )

    def hand_in(
        self, to: str, name: str, content: bytes, fields: Mapping[str, object] | None = None
    ) -> Answer:
        """Send the current page's first form whose action contains `to`, with this in its field `file`."""
        assert self.page is not None
        form = self._form(to)
        values = {**form.fields, **(fields or {}), "file": FileStorage(io.BytesIO(content), name)}
        stream, _length, boundary = stream_encode_multipart(values)
        with stream:
            body = stream.read()
        url = urljoin(self.page.url, form.action)
        return self._follow("POST", url, body, f"multipart/form-data; boundary={boundary}")

    def _form(self, to: str) -> Form:
        assert self.page is not None
        form = next((form for form in read_forms(self.page.body) if to in form.action), None)
        if form is None:
            raise AssertionError(
                f"no form to {to} at {self.page.url} ({self.page.status}):\n{self.page.body[:2000]}"
            )
        return form

    def _follow(
        self, method: str, url: str, body: str | bytes | None, kind: str = "application/x-www-form-urlencoded"
    ) -> Answer:
        for _ in range(5):
            answer = self._request(method, url, body, kind)
            if answer.status not in (301, 302, 303, 307, 308):
                self.page = answer
                return answer
            method, url, body = "GET", urljoin(url, answer.headers["Location"]), None
        raise AssertionError(f"redirected again and again, at last to {url}")

    def _request(self, method: str, url: str, body: str | bytes | None, kind: str) -> Answer:
        headers = {"Host": self.host, "Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = kind
        parts = urlsplit(url)
        self.connection.request(
            method, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers
        )
        response = self.connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, response.headers, text, url)

    def close(self) -> None:
        self.connection.close()
