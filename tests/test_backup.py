"""A backup made while the shop sells, restored elsewhere, is the shop at one moment."""

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from storefront import create_app
from storefront.backup import back_up, forget_old
from storefront.config import load_settings
from storefront.core.database import db, transaction
from storefront.core.mail import Letter, OutgoingMail, enqueue

from .databases import POSTGRES

on_sqlite = pytest.mark.skipif(bool(POSTGRES), reason="backups of PostgreSQL are made with its own tools")


def restore(archive: Path, folder: Path) -> None:
    folder.mkdir()
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(folder)], check=True)


@on_sqlite
def test_a_backup_taken_while_orders_come_in_is_whole(app, instance, tmp_path, now):
    (instance / "rebelote.toml").write_text('[shop]\nname = "Chez Odile"\n')
    stop, written = threading.Event(), []

    def write_pairs() -> None:
        """Two rows at a time: a copy of half a transaction would hold an odd number."""
        number = 0
        while not stop.is_set():
            with app.app_context(), transaction():
                for half in ("a", "b"):
                    enqueue(Letter("a@example.org", "Hello", "Hello"), reason=f"{number}{half}", now=now)
            number += 1
            written.append(number)

    writer = threading.Thread(target=write_pairs)
    writer.start()
    while len(written) < 3:
        pass
    archive = back_up(instance, tmp_path / "backups", now=now)
    stop.set()
    writer.join()

    elsewhere = tmp_path / "elsewhere"
    restore(archive, elsewhere)
    assert sorted(path.name for path in elsewhere.iterdir()) == ["rebelote.toml", "secret_key", "shop.db"]
    restored = create_app(load_settings(elsewhere, {}))
    assert restored.config["SETTINGS"].shop.name == "Chez Odile"
    assert restored.secret_key == app.secret_key
    with restored.app_context():
        count = db.session.query(OutgoingMail).count()
        db.session.remove()
        db.engine.dispose()
    assert count >= 6
    assert count % 2 == 0


@on_sqlite
def test_an_archive_is_readable_by_its_owner_only(app, instance, tmp_path, now):
    # An earlier one was cut short, and left something that others may read.
    left = tmp_path / "rebelote-2026-03-02-093000.tar.part"
    left.touch(0o644)
    archive = back_up(instance, tmp_path, now=now)
    assert archive.name == "rebelote-2026-03-02-093000.tar.gz"
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob("*.part")] == []


@on_sqlite
def test_only_the_newest_are_kept(app, instance, tmp_path, now):
    archives = [back_up(instance, tmp_path, now=now + timedelta(days=day)) for day in range(4)]
    assert forget_old(tmp_path, keep=2) == archives[:2]
    assert sorted(tmp_path.glob("*.tar.gz")) == archives[2:]


def run(instance: Path, environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "storefront.backup", *arguments],
        env={"REBELOTE_INSTANCE": str(instance), "PATH": "/usr/bin:/bin", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@on_sqlite
def test_the_command_says_what_it_wrote(app, instance, tmp_path):
    done = run(instance, {}, str(tmp_path / "backups"), "--keep", "3")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{tmp_path}/backups/rebelote-")


def test_a_folder_without_a_shop_is_told_in_a_sentence(tmp_path):
    done = run(tmp_path, {}, str(tmp_path / "backups"))
    assert (done.returncode, done.stderr) == (1, f"There is no database at {tmp_path}/shop.db.\n")


def test_another_database_is_backed_up_with_its_own_tools(tmp_path):
    done = run(tmp_path, {"DATABASE_URL": "postgresql+psycopg://shop@/shop"}, str(tmp_path / "backups"))
    assert done.returncode == 1
    assert "pg_dump" in done.stderr
