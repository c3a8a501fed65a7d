"""The database: one engine setting for SQLite and PostgreSQL, one transaction for one request's write."""

import importlib.util
import threading
import types
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Integer, MetaData, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator
from werkzeug.routing import IntegerConverter

# How long a writer waits for another before it gives up (seconds).
LOCK_TIMEOUT = 10
_writing = threading.Lock()


class Base(DeclarativeBase):
    """All tables; constraint names follow one convention, so that migrations can name what they change."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate(directory=str(Path(__file__).parents[2] / "migrations"))

# SQLite counts rows in an INTEGER PRIMARY KEY only; PostgreSQL gets the 64 bits that money and ids deserve.
BigId = BigInteger().with_variant(Integer, "sqlite")


class RowNumber(IntegerConverter):
    """`<int:...>` in an address: only what can be a row's id. A longer number is no page of ours (404)."""

    regex = r"[0-9]{1,18}"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone, so it is put back on reading. A naive time is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def init_app(app: Flask, url: str) -> None:
    """Bind `db` to the database at `url`; an empty one means `instance/shop.db`."""
    app.url_map.converters["int"] = RowNumber
    if not url:
        url = f"sqlite:///{Path(app.instance_path) / 'shop.db'}"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(url)
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True, compare_type=True)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)


def _engine_options(url: str) -> dict[str, Any]:
    # Errors are logged with their statement: what it was given are people's addresses and hashes.
    always: dict[str, Any] = {"hide_parameters": True}
    if make_url(url).get_backend_name() == "sqlite":
        return always | {"module": sqlite_module(), "connect_args": {"timeout": LOCK_TIMEOUT}}
    return always | {
        "pool_pre_ping": True,
        "connect_args": {"options": f"-c lock_timeout={LOCK_TIMEOUT}s"},
    }


def sqlite_module() -> types.ModuleType:
    """The newest SQLite at hand: the standard library's often has the WAL-reset bug (SQLite 3.7.0 to 3.51.2)."""
    name = "pysqlite3.dbapi2" if importlib.util.find_spec("pysqlite3") else "sqlite3"
    return importlib.import_module(name)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own idea of when to begin is switched off; `_begin_sqlite` says it outright.
    connection.isolation_level = None
    # FULL, since NORMAL loses acknowledged orders when the power fails.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={LOCK_TIMEOUT * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that will write takes its lock first: one that upgrades later fails at once under load.
    connection.exec_driver_sql(
        "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN"
    )


@contextmanager
def transaction() -> Iterator[None]:
    """The one transaction of a request that writes: commits at its end, rolls back on any error.

    What was read before is let go, so that the write decides on fresh rows.
    """
    db.session.rollback()
    with _my_turn_to_write():
        db.session.connection(execution_options={"writes": True})
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


@contextmanager
def _my_turn_to_write() -> Iterator[None]:
    """Let the threads of this process write to SQLite one after the other.

    SQLite's own wait is a sleep and another try: with eight writers some slept for more than a second. Whoever gets
    no turn here in time asks SQLite all the same, which then says that it is busy.
    """
    if db.engine.dialect.name != "sqlite":
        yield
        return
    mine = _writing.acquire(timeout=LOCK_TIMEOUT)
    try:
        yield
    finally:
        if mine:
            _writing.release()
