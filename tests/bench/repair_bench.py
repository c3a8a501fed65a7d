"""How long the nearest 20 of 30,000 repairers take to find, and a directory of as many to read:
`make bench ARGS="--only repair"`.

With DATABASE_URL set, on PostgreSQL: in a database of its own beside the named one.
"""

import logging
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import select, text, update

from storefront import create_app
from storefront.config import load_settings
from storefront.core.database import db, transaction
from storefront.repair.network.importer import import_directory
from storefront.repair.network.models import Repairer
from storefront.repair.network.queries import near
from storefront.repair.network.rules import Point
from tests.bench.directory import write_directory
from tests.databases import own_postgres_database

REPAIRERS = 30_000
# The aim of the issue, in milliseconds.
AIM = 10
_TIMES = 200
# Crowded, usual, sparse, and out at sea, where those who take parcels are looked for in the whole country.
PLACES = {
    "Paris": Point(48.8566, 2.3522),
    "Nantes": Point(47.2184, -1.5536),
    "Mende": Point(44.5181, 3.5006),
    "the Atlantic": Point(46.5, -9.0),
}


def main() -> None:
    logging.disable(logging.WARNING)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rebelote-bench-")))
        url = os.environ.get("DATABASE_URL", "")
        environ = (
            {"DATABASE_URL": stack.enter_context(own_postgres_database(url, "bench"))}
            if url.startswith("postgresql")
            else {}
        )
        app = create_app(load_settings(folder, environ))
        with app.app_context():
            upgrade()
            _read(folder)
            for line in _measure(datetime.now(UTC).date()):
                print(line, flush=True)
            db.session.remove()
            db.engine.dispose()


def _read(folder: Path) -> None:
    file = folder / "directory.csv"
    write_directory(file, REPAIRERS)
    for what in ("new", "unchanged"):
        begun = time.perf_counter()
        import_directory(file, now=datetime.now(UTC))
        print(f"{REPAIRERS} rows of a directory, all {what}: {time.perf_counter() - begun:.1f} s", flush=True)
    dice = Random(11)
    until = datetime.now(UTC).date() + timedelta(days=200)
    rows = [
        {
            "id": repairer_id,
            "standing": "verified",
            "verified_until": until,
            "risk": round(dice.uniform(0.01, 0.12), 6),
            "mail_in": dice.random() < 0.3,
        }
        for repairer_id in db.session.scalars(select(Repairer.id))
    ]
    with transaction():
        db.session.execute(update(Repairer), rows)
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def _measure(today: date) -> list[str]:
    def asked(point: Point, **more: Any) -> Callable[[], int]:
        return lambda: len(
            near(point, country="FR", category="smartphones", fault="screen", today=today, **more).repairers
        )

    lines = [f"{'the nearest 20 of 30,000':40} {'p50 ms':>8} {'p95 ms':>8}   aim"]
    for name, point in PLACES.items():
        for what, more in (("", {}), (", bonus, at home", {"bonus": True, "ways": frozenset({"at_home"})})):
            spent = sorted(_spent(asked(point, **more)) for _ in range(_TIMES))
            middle, late = spent[_TIMES // 2], spent[_TIMES * 95 // 100]
            reached = "reached" if middle < AIM else "missed"
            lines.append(f"{f'from {name}{what}':40} {middle:8.2f} {late:8.2f}   {AIM} {reached}")
    return lines


def _spent(call: Callable[[], int]) -> float:
    """In milliseconds, as the first question of a request: nothing is known in the session."""
    db.session.remove()
    begun = time.perf_counter()
    call()
    return 1_000 * (time.perf_counter() - begun)
