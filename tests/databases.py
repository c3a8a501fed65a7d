"""Databases and loaded shops for tests: on SQLite, or on the PostgreSQL server that DATABASE_URL names."""

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from storefront import create_app
from storefront.config import load_settings
from storefront.core.database import db

# The PostgreSQL server to test on, if any.
POSTGRES = (
    os.environ.get("DATABASE_URL", "") if os.environ.get("DATABASE_URL", "").startswith("postgresql") else ""
)


def migrate(instance: Path, environ: Mapping[str, str]) -> None:
    app = create_app(load_settings(instance, environ))
    with app.app_context():
        upgrade()
        db.engine.dispose()


@contextmanager
def own_postgres_database(url: str, purpose: str, template: str = "template1") -> Iterator[str]:
    """A new database on the server of `url`, where the named one may hold somebody's shop; a copy of `template`."""
    server = make_url(url)
    name = f"rebelote_{purpose}_{os.getpid()}"
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@dataclass(frozen=True, slots=True)
class LoadedCopy:
    """One process's own copy of a shop; `environ` names its database, `result` is what loading it gave."""

    instance: Path
    environ: Mapping[str, str]
    result: Any


class LoadedShops:
    """Shops that take long to load: loaded once a run, and copied for each process that tests share.

    `own` is this process's folder, `common` is that of the run.
    """

    def __init__(self, own: Path, common: Path, stack: ExitStack) -> None:
        self.own, self.common, self.stack = own, common, stack

    def copy(self, name: str, load: Callable[[Flask], Any]) -> LoadedCopy:
        """A shop with what `load` put there, within its application's context; what that gives must be picklable."""
        with self._turn(name):
            known = self.common / name / "known"
            if not known.exists():
                known.write_bytes(pickle.dumps(self._load(name, load)))
            url, result = pickle.loads(known.read_bytes())  # noqa: S301 - written a few lines above
            instance = self.own / name
            shutil.copytree(self.common / name / "instance", instance, symlinks=True)
            if not POSTGRES:
                return LoadedCopy(instance, {}, result)
            original = str(make_url(url).database)
            copied = self.stack.enter_context(own_postgres_database(POSTGRES, f"{name}_copy", original))
            return LoadedCopy(instance, {"DATABASE_URL": copied}, result)

    def _load(self, name: str, load: Callable[[Flask], Any]) -> tuple[str, Any]:
        folder = self.common / name
        # A process that loaded it and failed may have left a part.
        shutil.rmtree(folder, ignore_errors=True)
        instance = folder / "instance"
        instance.mkdir(parents=True)
        url = ""
        if POSTGRES:
            url = self.stack.enter_context(own_postgres_database(POSTGRES, name))
            # It goes with this process: whoever needs it later loads it anew.
            self.stack.callback(self._forget, name)
        environ = {"DATABASE_URL": url} if url else {}
        migrate(instance, environ)
        app = create_app(load_settings(instance, environ))
        app.config["TESTING"] = True
        with app.app_context():
            result = load(app)
            db.session.remove()
            db.engine.dispose()
        return url, result

    def _forget(self, name: str) -> None:
        with self._turn(name):
            shutil.rmtree(self.common / name)

    @contextmanager
    def _turn(self, name: str) -> Iterator[None]:
        with (self.common / f"{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
