"""One transaction for one write: whole or not at all, and a second writer waits for the first."""

import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.core.database import db, sqlite_module, transaction
from storefront.core.mail import Letter, OutgoingMail, enqueue


def letters() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(OutgoingMail)) or 0


def write(reason: str, now: datetime) -> None:
    enqueue(Letter("a@example.org", "Hello", "Hello"), reason=reason, now=now)


def test_a_transaction_commits_at_its_end(db_session, now):
    with transaction():
        write("one", now)
    db_session.rollback()
    assert letters() == 1


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_any_error_rolls_back_and_goes_on_up(db_session, now, error):
    def write_and_fail() -> None:
        with transaction():
            write("one", now)
            db_session.flush()
            raise error

    with pytest.raises(error):
        write_and_fail()
    assert letters() == 0


def test_what_was_read_before_is_read_again(db_session, now):
    """A view that looked before it writes must decide on fresh rows."""
    with transaction():
        write("one", now)
    mail = db_session.scalar(sa.select(OutgoingMail))
    with db.engine.begin() as elsewhere:
        elsewhere.execute(sa.update(OutgoingMail).values(subject="Changed elsewhere"))
    with transaction():
        assert mail.subject == "Changed elsewhere"


def test_what_was_pending_before_is_let_go(db_session, now):
    db_session.add(
        OutgoingMail(reason="stray", recipient="a@example.org", subject="", text="", created_at=now)
    )
    with transaction():
        pass
    assert letters() == 0


def test_the_write_lock_is_taken_at_the_beginning(app: Flask, now):
    """Two transactions that read first and write later both succeed, one after the other.

    With a deferred BEGIN the second would fail at once, since what it read is old when it wants to write.
    """
    order: list[str] = []
    first_has_read = threading.Event()

    def worker(name: str, *, waits_for: threading.Event | None) -> None:
        with app.app_context():
            if waits_for:
                assert waits_for.wait(60)
            with transaction():
                count = letters()
                first_has_read.set()
                time.sleep(0.2)
                write(f"letter {count}", now)
                order.append(name)
            db.session.remove()

    threads = [
        threading.Thread(target=worker, args=("first",), kwargs={"waits_for": None}),
        threading.Thread(target=worker, args=("second",), kwargs={"waits_for": first_has_read}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            # The second read only after the first had committed, so that it counted its letter.
            assert letters() == 2
        db.session.remove()
    assert sorted(order) == ["first", "second"]


def test_sqlite_refuses_a_second_writer_while_the_first_writes(app: Flask):
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("about SQLite")
        path = db.engine.url.database
        assert path
        with transaction():
            other = sqlite_module().connect(path, timeout=0)
            with pytest.raises(sqlite_module().OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            # Readers are never kept waiting.
            assert other.execute("SELECT count(*) FROM outgoing_mail").fetchone() == (0,)
            other.close()


def test_reading_takes_no_write_lock(app: Flask):
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("about SQLite")
        letters()
        other = sqlite_module().connect(Path(db.engine.url.database or ""), timeout=0)
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)],
)
def test_sqlite_keeps_what_it_has_acknowledged(app: Flask, pragma, value):
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("about SQLite")
        with db.engine.connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_the_sqlite_library_has_no_wal_reset_bug():
    assert sqlite_module().sqlite_version_info >= (3, 51, 3), sqlite3.sqlite_version


def test_times_come_back_aware_and_in_utc(db_session):
    paris = timezone(timedelta(hours=2))
    with transaction():
        write("one", datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=paris))
    db_session.expire_all()
    stored = db_session.scalar(sa.select(OutgoingMail.created_at))
    assert stored == datetime(2026, 7, 1, 10, 0, 0, 123456, tzinfo=UTC)
    assert stored.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(db_session):
    with pytest.raises(sa.exc.StatementError, match="needs its zone"):
        db_session.execute(
            sa.select(OutgoingMail).where(OutgoingMail.created_at > datetime(2026, 7, 1, 12))  # noqa: DTZ001
        )


def test_an_error_names_no_value_that_a_statement_was_given(db_session):
    with pytest.raises(sa.exc.DBAPIError) as caught:
        db_session.execute(sa.text("SELECT :secret FROM no_such_table"), {"secret": "zoe@example.com"})
    assert "no_such_table" in str(caught.value)
    assert "zoe@example.com" not in str(caught.value)
