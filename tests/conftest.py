"""The shop for tests: a fresh, migrated database and instance folder for each test, on SQLite or PostgreSQL.

`DATABASE_URL=postgresql+psycopg://...` runs the suite there, in a database of its own made beside the named one.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest
import sqlalchemy as sa
from flask import Flask, has_app_context
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import scoped_session
from xdist.scheduler import LoadScopeScheduling

from storefront import create_app
from storefront.catalog.finder import current_finder
from storefront.config import load_settings
from storefront.core.database import Base, db
from storefront.demo.loading import load_demo

from .databases import POSTGRES, LoadedShops, migrate, own_postgres_database
from .shopper import ShopClient

ROOT = Path(__file__).parents[1]
MakeApp = Callable[..., Flask]
CountSql = Callable[[], AbstractContextManager[list[str]]]

# Properties are about what is so, not about how soon: on a busy machine any example may take its time.
settings.register_profile("shop", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shop")


class ByFile(LoadScopeScheduling):
    """`make test` shares the files out among the machine's cores, each file whole, so that what it shares is made once.

    Races, kills and measurements keep to one core among themselves: they are about servers with processes of their own.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _scope(nodeid.partition("::")[0])


@cache
def _scope(file: str) -> str:
    alone = re.search(r"\bmark\.(fault|speed)\b", (ROOT / file).read_text(encoding="utf-8"))
    return "alone" if alone else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@dataclass(frozen=True, slots=True)
class DemoShop:
    """The demo shop, loaded once for all tests that only look at it (or whose changes harm no other).

    `environ` names its database; `app` is the application on it.
    """

    instance: Path
    environ: Mapping[str, str]
    app: Flask


class Databases(Protocol):
    """Where a test's database comes from."""

    def fresh(self, instance: Path) -> Mapping[str, str]:
        """Make an empty, migrated database for the shop in `instance`; gives the environment that names it."""


class SqliteFiles:
    """One migrated file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "shop.db"
        migrate(folder, {})

    def fresh(self, instance: Path) -> Mapping[str, str]:
        shutil.copyfile(self.template, instance / "shop.db")
        return {}


class PostgresDatabase:
    """One migrated database, emptied for each test down to what the migrations put there."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        migrate(folder, {"DATABASE_URL": url})
        self.engine = sa.create_engine(url)
        there = sa.inspect(self.engine).get_table_names()
        self.tables = [table for table in Base.metadata.sorted_tables if table.name in there]
        with self.engine.connect() as connection:
            self.seeds = {table: _rows(connection, table) for table in self.tables}

    def fresh(self, instance: Path) -> Mapping[str, str]:
        with self.engine.begin() as connection:
            for table in reversed(self.tables):
                connection.execute(table.delete())
            for table, rows in self.seeds.items():
                if rows:
                    connection.execute(table.insert(), rows)
        return {"DATABASE_URL": self.url}


def _rows(connection: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(table.select()).mappings()]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of a shop that was opened once: its compressed files serve all others."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "static").mkdir()
    return folder


@pytest.fixture(scope="session")
def databases(template: Path) -> Iterator[Databases]:
    if not POSTGRES:
        yield SqliteFiles(template)
        return
    with own_postgres_database(POSTGRES, "tests") as own:
        postgres = PostgresDatabase(template, own)
        yield postgres
        postgres.engine.dispose()


@pytest.fixture(scope="session")
def loaded_shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoadedShops]:
    """Shops loaded once for all processes that share the tests out among themselves."""
    own = tmp_path_factory.mktemp("loaded")
    together = "PYTEST_XDIST_WORKER" in os.environ
    with ExitStack() as stack:
        yield LoadedShops(own, own.parent.parent if together else tmp_path_factory.mktemp("originals"), stack)


@pytest.fixture(scope="session")
def demo_shop(loaded_shops: LoadedShops) -> Iterator[DemoShop]:
    copy = loaded_shops.copy("demo", load_for_looking)
    # All tests ask from one address: together they may ask for more than a person does.
    limits = {"REBELOTE_LIMITS_ORDERS": "1000000", "REBELOTE_LIMITS_LOOKUPS": "1000000"}
    app = create_app(load_settings(copy.instance, {**copy.environ, **limits}))
    app.config["TESTING"] = True
    app.test_client_class = ShopClient
    with app.app_context():
        # As the periodic work does: until then, pages are not kept.
        current_finder().catch_up()
        assert current_finder().write_words()
        db.session.remove()
    yield DemoShop(copy.instance, copy.environ, app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def load_for_looking(app: Flask) -> None:
    loaded = load_demo(app.config["SETTINGS"], now=datetime.now(UTC))
    assert current_finder().write_words()
    assert loaded.problems == ()


@pytest.fixture
def instance(tmp_path: Path, template: Path) -> Path:
    """The shop's instance folder: settings, pictures, index, and mails that were "sent"."""
    folder = tmp_path / "instance"
    folder.mkdir()
    # Compressing the static files anew would take longer than most tests.
    (folder / "static").symlink_to(template / "static")
    return folder


@pytest.fixture
def database(databases: Databases, instance: Path) -> Mapping[str, str]:
    """An empty database for this test; the environment variables that name it."""
    return databases.fresh(instance)


@pytest.fixture
def make_app(database: Mapping[str, str], instance: Path, template: Path) -> Iterator[MakeApp]:
    """Make a shop on this test's database, with settings as in the environment:

    `make_app(REBELOTE_SHOP_LANGUAGE="fr")`. Made again, it sees the same database.
    """
    # A context that an earlier fixture left open would send this test's commands to another shop.
    assert not has_app_context()
    apps = []

    def make(**environ: str) -> Flask:
        app = create_app(load_settings(instance, {**database, **environ}))
        app.config["TESTING"] = True
        app.test_client_class = ShopClient
        # Nor compile the templates for each.
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(template))
        apps.append(app)
        return app

    yield make
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """The shop with its default settings, and nothing in it."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> ShopClient:
    """A visitor's browser. Each request is on its own, even while `db_session` is open."""
    client = app.test_client()
    assert isinstance(client, ShopClient)
    return client


@pytest.fixture
def db_session(app: Flask) -> Iterator[scoped_session[Any]]:
    """The database, for a test that calls actions and queries itself, inside the application's context.

    A request by `client` first commits what the test has written, and lets go what it has read.
    """
    with app.app_context():
        yield db.session


@pytest.fixture
def count_sql(app: Flask) -> CountSql:
    """Notes the SQL statements of a block, transaction control apart:

    `with count_sql() as statements: ...; assert len(statements) == 3`.
    """
    with app.app_context():
        engine = db.engine

    @contextmanager
    def count() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
                statements.append(statement)

        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)

    return count


@pytest.fixture
def now() -> datetime:
    """A Monday morning on which nothing special happens."""
    return datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
