"""A shop that really runs: its own processes, port and instance folder, as `make run` starts it."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[1]
# How long a shop may take to open, and to close (seconds).
OPENING, CLOSING = 60, 40


class LiveShop:
    """`python -m storefront.serve` on a free port; a context manager that stops it at the end.

    `kill()` ends all of its processes as a power cut would; `start()` opens it again, on the same port.
    """

    def __init__(self, instance: Path, environ: Mapping[str, str], *options: str) -> None:
        self.instance = instance
        self.command = [sys.executable, "-m", "storefront.serve", *options]
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
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.process = None

    def complaints(self) -> list[str]:
        """Errors and tracebacks in the server's log."""
        return re.findall(r"^(?:ERROR|CRITICAL|\[ERROR\]|Traceback).*", self.log.read_text(), re.MULTILINE)

    def connect(self, timeout: float = 30) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self.stop()
