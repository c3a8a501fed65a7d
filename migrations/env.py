"""How migrations run: on the application's own engine, with its own settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

migrate = current_app.extensions["migrate"]


def render_item(kind: str, item: object, _autogen_context: object) -> str | bool:
    """Migrations name plain database types, so that they keep working when the application's own types change."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Upgrade or downgrade in one transaction: a migration that fails leaves the database as it was."""
    engine = migrate.db.engine
    with engine.connect().execution_options(writes=True) as connection, _loosely(connection):
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadatas[None],
            render_item=render_item,
            transactional_ddl=True,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
            _check_references(connection)


@contextmanager
def _loosely(connection: Connection) -> Iterator[None]:
    """Without SQLite's look at foreign keys: batch mode makes tables anew, while the rows that point at them stay.

    Said to the driver itself: within a transaction, which SQLAlchemy would begin, SQLite does not listen.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    """What was not looked at meanwhile; raises `ValueError`, so that nothing of the migration stays."""
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if lost is not None:
            raise ValueError(f"a row of {lost[0]} points at one of {lost[2]} that is gone")


run()
