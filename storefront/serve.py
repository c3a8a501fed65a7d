"""Serve the shop: `python -m storefront.serve`, or with `--demo` for a shop that prepares itself (`make run`).

The server is granian (docs/adr/0001-server.md says why). Address, processes and threads are settings.
"""

import argparse
import http.client
import io
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer
from werkzeug.exceptions import ServiceUnavailable

from . import periodic
from .config import Server as ServerSettings
from .config import Settings
from .core.security import LARGEST_REQUEST

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A browser sends its headers at once; who takes longer than this (milliseconds) only wants to hold a connection.
HEADER_PATIENCE = 10_000
# An honest form's body comes with its headers; one that takes longer than this (seconds) is dribbling in.
BODY_PATIENCE = 2.0
# When to send it again, if there was no place for it (seconds).
AGAIN = 5
# How long a stopping worker may finish what it has begun (seconds).
STOPPING_PATIENCE = 30
# How long the first answer may take before we stop looking for it (seconds).
STARTING_PATIENCE = 60


class BodyGate:
    """Reads a request's body before a view does, for at most `places` requests at once in this process.

    The server hands over a request when its headers are in, and a body that dribbles in holds a thread. With a gate
    narrower than the threads, pages are served whatever the number of dribblers. A form that finds every place taken
    waits for a moment, since an honest body is there at once; when those inside have been at it for longer than that
    moment they are dribblers, and the form is told to come back (503). Behind a reverse proxy, which waits for whole
    bodies itself, the gate never shuts. What is too large to be held in memory is left unread for the view, nearly all
    of which refuse it by its length; the one that takes files reads it from a place in the gate, too.
    """

    def __init__(self, application: "WSGIApplication", places: int) -> None:
        self.application = application
        self.places = places
        self.reading: list[float] = []
        self.changed = threading.Condition()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or "0")
        if length > LARGEST_REQUEST:
            with closing(_LargeBody(self, environ["wsgi.input"], length)) as body:
                environ["wsgi.input"] = body
                return self.application(environ, start_response)
        if length == 0 and environ.get("HTTP_TRANSFER_ENCODING") is None:
            return self.application(environ, start_response)
        begun = self.enter()
        if begun is None:
            start_response(
                "503 Service Unavailable", [("Content-Type", "text/plain"), ("Retry-After", str(AGAIN))]
            )
            return [b"Too many forms at once. Please send it again in a few seconds.\n"]
        try:
            # One byte more than is allowed, so that Flask still sees (and refuses) what is too long.
            body = environ["wsgi.input"].read(LARGEST_REQUEST + 1)
        finally:
            self.leave(begun)
        environ["wsgi.input"] = io.BytesIO(body)
        return self.application(environ, start_response)

    def enter(self) -> float | None:
        """Take a place; gives the time, or None when there is none to be had."""
        with self.changed:
            while len(self.reading) >= self.places:
                # The youngest reader decides: while it is fresh, its place may be free in an instant.
                patience = max(self.reading) + BODY_PATIENCE - time.monotonic()
                if patience <= 0:
                    return None
                self.changed.wait(patience)
            begun = time.monotonic()
            self.reading.append(begun)
            return begun

    def leave(self, begun: float) -> None:
        with self.changed:
            self.reading.remove(begun)
            self.changed.notify()


class _LargeBody:
    """A body that takes its place in the gate when the view begins to read it, and leaves it when all has come."""

    def __init__(self, gate: BodyGate, stream: Any, length: int) -> None:
        self.gate = gate
        self.stream = stream
        self.left = length
        self.begun: float | None = None

    def read(self, size: int = -1) -> bytes:
        """Raises `ServiceUnavailable` when there is no place to be had."""
        if not self.left:
            return b""
        if self.begun is None:
            self.begun = self.gate.enter()
            if self.begun is None:
                raise ServiceUnavailable(retry_after=AGAIN)
        piece: bytes = self.stream.read(self.left if size < 0 else min(size, self.left))
        self.left = self.left - len(piece) if piece else 0
        if not self.left:
            self.close()
        return piece

    def close(self) -> None:
        """Leave the place, if it was taken."""
        self.left = 0
        if self.begun is not None:
            self.gate.leave(self.begun)
            self.begun = None


def load_worker(_target: str) -> "WSGIApplication":
    """The application of one worker process (granian calls this in each)."""
    # Here and not above: under macOS a worker starts from nothing, and only then needs the application.
    from app import app

    settings: Settings = app.config["SETTINGS"]
    threading.Thread(target=_stop_with, args=(os.getppid(),), daemon=True, name="parent-watch").start()
    periodic.start(app)
    return BodyGate(app, places=max(1, settings.server.threads - 1))


def _stop_with(parent: int) -> None:
    """End this worker when its parent is gone: else it would keep the port after a kill -9."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def prepare_demo(app: Flask) -> None:
    """Bring the database up to date, and load the demo shop into one that has never had an offer."""
    # Here and not above: a server in earnest needs neither the migrations nor the demo shop.
    from flask_migrate import upgrade

    from .core.clock import utcnow
    from .core.reporting import list_problems
    from .demo.loading import has_offers, load_demo
    from .demo.people import who_is_who
    from .demo.places import towns_beside

    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context():
        upgrade()
        with towns_beside():
            if not has_offers():
                print("Loading the demo shop, once ...", flush=True)
                loaded = load_demo(app.config["SETTINGS"], now=utcnow())
                list_problems(loaded.problems)
                if loaded.password:
                    print(who_is_who(loaded.password, app.config["SETTINGS"]), flush=True)


class _Announced(MPServer):
    """Granian's server, which says where to look once its workers are there.

    Not before: a worker forked while another thread holds a lock (an import's, the resolver's) waits for it for ever.
    """

    settings: Settings

    def signal_handler_interrupt(self, *_args: Any, **_kwargs: Any) -> None:
        """Told to stop, often twice and together with the workers: by Ctrl+C, by make, by systemd.

        The event is set from a thread. This handler may run while the main thread holds the event's own lock, on its
        way out of `wait()` since a worker has gone or the first signal came: to set it here would wait for ever.
        """
        self.interrupt_signal = True
        for worker in self.wrks:
            worker.interrupt_by_parent = True
        threading.Thread(target=self.main_loop_interrupt.set, name="stop").start()

    def _spawn_workers(self, spawn_target: Any, target_loader: Any) -> None:
        super()._spawn_workers(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        place = (self.settings, self.bind_addr, self.bind_port)
        threading.Thread(target=_say_where, args=place, daemon=True, name="say-where").start()


def serve(settings: Settings, load: "Callable[[str], WSGIApplication]" = load_worker) -> None:
    """Serve what `load` gives in each worker, until told to stop (SIGINT, SIGTERM).

    Raises `SystemExit` with a sentence when the port is taken.
    """
    address, port = _free_place(settings.server)
    server = _Announced(
        "app:app",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_PATIENCE),
        websockets=False,
        workers=settings.server.workers,
        blocking_threads=settings.server.threads,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=STOPPING_PATIENCE,
        log_level=LogLevels.error,
    )
    server.settings = settings
    server.serve(target_loader=load)


def _free_place(server: ServerSettings) -> tuple[str, int]:
    """The address and port to listen at; a port 0 becomes a free one. The workers share it, so try it alone first."""
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((server.host, server.port))
        except OSError as error:
            raise SystemExit(
                f"Can't listen at {server.host}, port {server.port}: {error.strerror}. "
                "Choose another port: PORT=8000 make run"
            ) from error
        return server.host, probe.getsockname()[1]


def _say_where(settings: Settings, host: str, port: int) -> None:
    """Print the one line, once the shop really answers."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    deadline = time.monotonic() + STARTING_PATIENCE
    while time.monotonic() < deadline and not _answers(here, port):
        time.sleep(0.05)
    url = f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"
    print(f"{settings.shop.name} is open at {url} (Ctrl+C closes it)", flush=True)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("HEAD", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m storefront.serve", description="Serve the shop.")
    parser.add_argument(
        "--demo", action="store_true", help="update the database and load the demo shop, once"
    )
    chosen = parser.parse_args(arguments)
    # Here and not above: a wrong setting ends this import with a sentence, which nobody wants who asks for --help.
    from app import app

    if chosen.demo:
        prepare_demo(app)
    _forget_connections(app)
    serve(app.config["SETTINGS"])


def _forget_connections(app: Flask) -> None:
    """Workers are forked from this process: none may inherit an open connection."""
    # Here and not above: `core` needs its application first.
    from .core.database import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()


if __name__ == "__main__":
    main()
