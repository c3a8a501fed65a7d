"""Back up a shop while it runs: `python -m storefront.backup FOLDER` (docs/operations.md says how to restore).

One archive holds what can't be made again: the database, the settings, the key that signs cookies. The search index and
the compressed static files are left out: the shop makes them anew. For SQLite; PostgreSQL has its own tools.
"""

import argparse
import os
import tarfile
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from .config import WrongSetting, instance_folder, load_settings
from .core.clock import utcnow
from .core.database import sqlite_module

PREFIX = "rebelote-"
# Beside the database. Mails written to a folder are copies of what the database holds.
KEPT = ("rebelote.toml", "secret_key")


def back_up(instance: Path, folder: Path, *, now: datetime) -> Path:
    """Write one archive into `folder`; gives its path. The shop may go on selling meanwhile.

    Raises `SystemExit` with a sentence when there is no database, or its copy is not sound.
    """
    database = instance / "shop.db"
    if not database.exists():
        raise SystemExit(f"There is no database at {database}.")
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{PREFIX}{now:%Y-%m-%d-%H%M%S}.tar.gz"
    draft = archive.with_suffix(".part")
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        copy = Path(scratch) / "shop.db"
        _copy_database(database, copy)
        with (
            open(draft, "wb", opener=_for_its_owner) as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar,
        ):
            tar.add(copy, "shop.db")
            for name in KEPT:
                if (instance / name).exists():
                    tar.add(instance / name, name)
    draft.replace(archive)
    return archive


def _for_its_owner(path: str, flags: int) -> int:
    """Nobody else may read the archive, not even while it is written: it holds the key and people's addresses."""
    # What an interrupted backup left there keeps the rights it was made with.
    Path(path).unlink(missing_ok=True)
    return os.open(path, flags, 0o600)


def _copy_database(source: Path, copy: Path) -> None:
    """The state at one moment, whatever is being written: SQLite's own online backup, then its own check."""
    sqlite = sqlite_module()
    with (
        closing(sqlite.connect(f"file:{source}?mode=ro", uri=True)) as live,
        closing(sqlite.connect(str(copy))) as new,
    ):
        live.backup(new)
        answer = new.execute("PRAGMA integrity_check").fetchone()[0]
        # The copy stands alone: no journal file beside it.
        new.execute("PRAGMA journal_mode=DELETE")
    if answer != "ok":
        raise SystemExit(f"The database is damaged, and so would be its backup: {answer}")


def forget_old(folder: Path, keep: int) -> list[Path]:
    """Delete all but the `keep` newest archives; gives what went."""
    old = sorted(folder.glob(f"{PREFIX}*.tar.gz"))[:-keep]
    for archive in old:
        archive.unlink()
    return old


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m storefront.backup", description="Back up the shop.")
    parser.add_argument("folder", type=Path, help="where the archive goes: another disk, best")
    parser.add_argument("--keep", type=int, default=0, help="delete all but so many of the newest archives")
    chosen = parser.parse_args(arguments)
    try:
        settings = load_settings(instance_folder(Path(__file__).parents[1]))
    except WrongSetting as error:
        raise SystemExit(f"Wrong setting. {error}") from error
    if settings.storage.database_url:
        raise SystemExit(
            "This shop's database is at [storage] database_url: back it up with its own tools (pg_dump)."
        )
    archive = back_up(settings.instance, chosen.folder, now=utcnow())
    print(f"{archive}: {archive.stat().st_size:,} bytes")
    if chosen.keep > 0:
        forget_old(chosen.folder, chosen.keep)


if __name__ == "__main__":
    main()
