"""Run a command with DATABASE_URL pointing at a PostgreSQL server: `python -m tests.postgres COMMAND...`

The one named by DATABASE_URL if it is set; else a private one, in a temporary directory, for as long as the command
runs.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

# How long the server may take to start (seconds).
PATIENCE = 300
# A private server holds nothing to keep: it may forget everything when the power fails.
SPEED = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


def find_server() -> Path | None:
    """The directory of `initdb` and `postgres`, the newest of those installed, or None."""
    places = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql*/bin"):
        places += sorted(
            Path("/").glob(pattern), key=lambda path: [int(n) for n in _digits(path)], reverse=True
        )
    return next(
        (place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None
    )


def _digits(path: Path) -> list[str]:
    return "".join(c if c.isdigit() else " " for c in str(path)).split()


def _unprivileged() -> str | None:
    """The user to run the server as: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


@contextmanager
def private_server(binaries: Path) -> Iterator[str]:
    """A server of our own on a Unix socket; gives the URL of its empty database."""
    user = _unprivileged()
    with tempfile.TemporaryDirectory(prefix="rebelote-pg-") as directory:
        if user:
            shutil.chown(directory, user)
        data = f"{directory}/data"
        init = [
            str(binaries / "initdb"),
            "-D",
            data,
            "-U",
            "rebelote",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        subprocess.run(init, check=True, stdout=subprocess.DEVNULL, user=user, cwd=directory)
        command = [str(binaries / "postgres"), "-D", data, "-k", directory, "-c", "listen_addresses=", *SPEED]
        with open(f"{directory}/log", "wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd=directory)
        try:
            yield _wait_for(directory, server)
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


def _wait_for(directory: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with psycopg.connect(
                f"host={directory} user=rebelote dbname=postgres", autocommit=True
            ) as connection:
                connection.execute("CREATE DATABASE rebelote")
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(
                    f"PostgreSQL did not start:\n{Path(directory, 'log').read_text(encoding='utf-8')}"
                ) from None
            time.sleep(0.1)
        else:
            return f"postgresql+psycopg://rebelote@/rebelote?host={directory}"


def main(command: list[str]) -> int:
    if os.environ.get("DATABASE_URL", "").startswith("postgresql"):
        return subprocess.run(command, check=False).returncode
    binaries = find_server()
    if binaries is None:
        raise SystemExit(
            "No PostgreSQL server found. Install one (on Debian and Ubuntu: apt install postgresql), "
            "or name one: DATABASE_URL=postgresql+psycopg://user:password@host/an_empty_database make test-postgres"
        )
    with private_server(binaries) as url:
        print(f"PostgreSQL from {binaries}", flush=True)
        return subprocess.run(command, check=False, env=os.environ | {"DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
