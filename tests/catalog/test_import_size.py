"""A large file: quick, in bounded memory, and while orders go on."""

import csv
import io
import threading
import time
import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, current_app

from storefront.catalog.actions import return_units, take_units
from storefront.catalog.importer import BATCH, Options, import_offers
from storefront.catalog.models import Offer
from storefront.core.database import db, transaction

from .makers import IPHONE_13, NOW, as_csv, load, load_models, load_text, phones
from .test_import import numbers, problems

ROWS = 20_000
# For what is sure to come, on any machine (seconds).
PATIENCE = 300
GRADES = ("premium", "excellent", "good", "fair")


def large_file() -> str:
    """20,000 offers of 2,500 products by 40 sellers; the one on line 3,007 has no price."""
    rows = phones(
        *(
            {
                "sku": f"S{n}",
                "seller": f"Seller {n % 40}",
                "title": f"Device {n % 2500} of a maker",
                "brand": f"Maker {n % 30}",
                "model": "iPhone 13" if n % 10 == 0 else "",
                "storage_gb": 64 << n % 4,
                "colour": ("black", "blue", "red")[n % 3],
                "category": ("smartphones", "laptops", "tablets", "audio")[n % 4],
                "grade": GRADES[n % 4],
                "price": f"{50 + n % 900}.90",
                "stock": n % 7,
                "battery_percent": 80 + n % 20,
                "description": "A few words about it,\nin two lines." if n < 5 else "In one.",
            }
            for n in range(ROWS)
        )
    )
    # Below the header, and five quoted line breaks.
    rows[3007 - 2 - 5]["price"] = ""
    return as_csv(rows)


class Shopper(threading.Thread):
    """Buys and gives back the same unit over and over; notes how long each took in seconds."""

    def __init__(self, app: Flask, offer_id: int) -> None:
        super().__init__(daemon=True)
        self.app, self.offer_id = app, offer_id
        self.closed = threading.Event()
        self.waits: list[float] = []
        self.served = threading.Semaphore(0)

    def run(self) -> None:
        with self.app.app_context():
            while not self.closed.wait(0.03):
                for move in (take_units, return_units):
                    start = time.monotonic()
                    with transaction():
                        move({self.offer_id: 1})
                    self.waits.append(time.monotonic() - start)
                    self.served.release()
            db.session.remove()

    def wait_for_another(self) -> None:
        """Until one more move is done that wasn't when this was called."""
        while self.served.acquire(blocking=False):
            pass
        assert self.served.acquire(timeout=PATIENCE), "nobody could order"

    def leave(self) -> None:
        self.closed.set()
        self.join(PATIENCE)
        assert not self.is_alive()


def reading_alone(content: str) -> float:
    """What it costs just to read the cells of this file: seconds of work, the least of three tries."""
    tries = []
    for _ in range(3):
        start = time.thread_time()
        assert len(list(csv.DictReader(io.StringIO(content)))) == ROWS
        tries.append(time.thread_time() - start)
    return min(tries)


def test_twenty_thousand_rows_load_soon_while_orders_go_on(app, db_session, capsys):
    load_models(IPHONE_13)
    load({"sku": "ordered", "seller": "Another", "stock": "1"})
    shopper = Shopper(app, db_session.scalar(sa.select(Offer.id)))
    content = large_file()
    path = Path(current_app.instance_path) / "large.csv"
    path.write_text(content, encoding="utf-8")
    db_session.remove()
    orders, work = [0], [time.thread_time()]

    def note(_position: int) -> None:
        orders.append(len(shopper.waits))
        work.append(time.thread_time())

    shopper.start()
    start = time.monotonic()
    report = import_offers(
        path, Options(create=True), settings=app.config["SETTINGS"], now=NOW, progress=note
    )
    seconds = time.monotonic() - start
    shopper.leave()
    longest = max(shopper.waits)
    with capsys.disabled():
        print(
            f"\n{ROWS} rows in {seconds:.1f} s ({work[-1] - work[0]:.1f} of work), {orders[-1]} orders meanwhile, "
            f"the slowest {longest:.2f} s"
        )
    assert problems(report) == ["line 3007, column price: is empty"]
    assert report.created == ROWS - 1
    # Seconds depend on the machine: a row costs as much as reading some hundred, and the last no more than the first.
    assert work[-1] - work[0] < 400 * reading_alone(content)
    half = len(work) // 2
    assert work[-1] - work[half] < 3 * (work[half] - work[0])
    # Somebody ordered between most batches, and nobody waited for the whole load.
    assert sum(after > before for before, after in pairwise(orders)) > len(orders) / 2
    assert longest < seconds / 2
    assert db_session.scalar(sa.select(Offer.stock).where(Offer.sku == "ordered")) == 1
    again = load_text(content)
    assert (again.created, again.updated, again.unchanged, len(again.problems)) == (0, 0, ROWS - 1, 1)


def test_a_strict_load_lets_shoppers_wait_while_it_writes_only(app, db_session):
    """While the rows are looked at, orders are waited for: with the lock held, none would come."""
    load({"sku": "ordered", "seller": "Another", "stock": "1"})
    shopper = Shopper(app, db_session.scalar(sa.select(Offer.id)))
    content = as_csv(phones(*({"title": f"Phone {n % 700}", "sku": f"S{n}"} for n in range(2000))))
    path = Path(current_app.instance_path) / "strict.csv"
    path.write_text(content, encoding="utf-8")
    db_session.remove()
    served = []

    def look(position: int) -> None:
        if position <= path.stat().st_size // 2:
            shopper.wait_for_another()
            served.append(position)

    shopper.start()
    report = import_offers(
        path, Options(create=True, strict=True), settings=app.config["SETTINGS"], now=NOW, progress=look
    )
    shopper.wait_for_another()
    shopper.leave()
    assert numbers(report) == (2000, 0, 0, 700, 0)
    assert len(served) == 2000 // BATCH
    assert db_session.scalar(sa.select(Offer.stock).where(Offer.sku == "ordered")) == 1


def test_two_imports_of_one_new_file_at_once(app, db_session):
    """Each batch sees what the other import has added, sellers and all: nothing twice, and no error."""
    path = Path(current_app.instance_path) / "offers.csv"
    rows = phones(*({"seller": f"Seller {n // 400}", "title": f"Phone {n % 300}"} for n in range(1600)))
    path.write_text(as_csv(rows), encoding="utf-8")
    db_session.remove()
    reports = []

    def run() -> None:
        with app.app_context():
            reports.append(
                import_offers(path, Options(create=True), settings=app.config["SETTINGS"], now=NOW)
            )
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(reports) == 2
    assert sum(report.created for report in reports) == 1600
    assert sum(report.unchanged for report in reports) == 1600
    assert sum(report.new_products for report in reports) == 300
    assert sum(len(report.new_sellers) for report in reports) == 4
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Offer)) == 1600


def test_memory_does_not_grow_with_the_file(app, db_session):
    load({})
    path = Path(current_app.instance_path) / "wide.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("sku,seller,title,category,grade,price,stock,description\n")
        for n in range(5000):
            file.write(f'W{n},Usine Seconde,Pixel 8,smartphones,good,300,1,"{"wide " * 1900}"\n')
    assert path.stat().st_size > 45_000_000
    tracemalloc.start()
    try:
        report = import_offers(path, Options(), settings=app.config["SETTINGS"], now=NOW)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert numbers(report) == (5000, 0, 0, 1, 0)
    assert peak < 25_000_000, f"{peak:,} bytes"


def test_progress_is_told_up_to_the_end(app, db_session):
    path = Path(current_app.instance_path) / "offers.csv"
    path.write_text(as_csv(phones(*[{}] * 1100)), encoding="utf-8")
    told: list[int] = []
    import_offers(path, Options(create=True), settings=app.config["SETTINGS"], now=NOW, progress=told.append)
    assert told == sorted(told)
    assert len(told) == 3
    assert told[-1] == path.stat().st_size


@pytest.mark.parametrize("rows", [0, 1, 499, 500, 501, 1000])
def test_batches_lose_no_row(db_session, rows):
    report = load(*[{}] * rows) if rows else load_text(as_csv(phones({})).splitlines()[0] + "\n")
    assert report.created == rows
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Offer)) == rows


def test_a_strict_load_that_is_cut_short_leaves_nothing(app, db_session):
    """Stopped in the middle of its writing, after a batch is in: all or nothing is not only about bad rows."""
    path = Path(current_app.instance_path) / "offers.csv"
    content = as_csv(phones(*({"title": f"Phone {n}", "sku": f"S{n}"} for n in range(1200))))
    path.write_text(content, encoding="utf-8")

    def cut(position: int) -> None:
        if position > 0.6 * len(content):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_offers(
            path,
            Options(create=True, strict=True),
            settings=app.config["SETTINGS"],
            now=NOW,
            progress=cut,
        )

    assert db_session.scalar(sa.select(sa.func.count()).select_from(Offer)) == 0
