"""The test database is the real one: migrated, on the server that was asked for."""

import os

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from storefront.core.database import Base, db, transaction
from storefront.core.mail import Letter, OutgoingMail, enqueue


def test_the_suite_runs_on_the_database_it_was_given(db_session):
    expected = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgresql") else "sqlite"
    assert db.engine.dialect.name == expected


def test_migrations_make_the_tables_that_the_models_describe(app: Flask):
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("attempt", [1, 2])
def test_no_test_sees_what_another_has_written(db_session, now, attempt):
    letters = sa.select(sa.func.count()).select_from(OutgoingMail)
    assert db_session.scalar(letters) == 0
    enqueue(Letter("a@example.org", "Hello", "Hello"), reason="test", now=now)
    db_session.commit()
    assert db_session.scalar(letters) == 1


def test_statements_are_counted_without_the_transaction_around_them(db_session, count_sql):
    with count_sql() as statements, transaction():
        db_session.execute(sa.select(OutgoingMail.id))
    assert len(statements) == 1
