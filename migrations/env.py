"""How migrations run: on the application's own engine, with its own settings."""

from alembic import context
from flask import current_app

migrate = current_app.extensions["migrate"]


def render_item(kind: str, item: object, _autogen_context: object) -> str | bool:
    """Migrations name plain database types, so that they keep working when the application's own types change."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Upgrade or downgrade in one transaction: a migration that fails leaves the database as it was."""
    engine = migrate.db.engine
    with engine.connect().execution_options(writes=True) as connection:
        if engine.dialect.name == "sqlite":
            # Batch mode copies tables: their foreign keys are checked again when it is done, not while.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadatas[None],
            render_item=render_item,
            transactional_ddl=True,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
