"""How long a shopper's request takes up what changed in the shop's database: `make bench ARGS="--only finder"`.

A price of one offer, then the quality of the seller with the most offers: what the request itself does
(`Finder.catch_up`), and what the thread beside it does after (`Finder.follow`). Milliseconds of the thread's processor
time; the shops are made at each run, offers put straight into the database.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, insert, select, update

from storefront import create_app
from storefront.catalog.changes import record_changes
from storefront.catalog.finder import Finder, current_finder
from storefront.catalog.models import Category, Offer, Product
from storefront.catalog.standard import category_values
from storefront.config import load_settings
from storefront.core.database import db, transaction
from storefront.sellers.models import Seller
from tests.bench.goods import OFFERS_A_PRODUCT, documents, offers

SELLERS = 100
# Of all offers, the largest seller's share.
LARGEST = 0.2
PRICES, QUALITIES = 100, 5


def main(sizes: list[int]) -> None:
    logging.disable(logging.WARNING)
    print(f"{'offers':>9}  {'':32} {'p50':>7} {'p95':>7} {'longest':>8}  ms", flush=True)
    for size in sizes:
        with TemporaryDirectory(prefix="rebelote-bench-") as folder:
            app = create_app(load_settings(Path(folder), {}))
            with app.app_context():
                upgrade()
                _fill(size)
                for name, times in _measured(app, current_finder()).items():
                    _tell(size, name, sorted(times))
                db.session.remove()
                db.engine.dispose()


def _tell(size: int, name: str, times: list[float]) -> None:
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"{size:9,}  {name:32} {p50:7.1f} {p95:7.1f} {times[-1]:8.1f}", flush=True)


def _fill(size: int) -> None:
    now, products = datetime.now(UTC), size // OFFERS_A_PRODUCT
    with transaction():
        category = Category(**category_values("smartphones", "smartphones"))
        db.session.add(category)
        db.session.flush()
        sellers = [
            {"slug": f"s{number}", "name": f"Seller {number}", "joined_on": now.date(), "standing": "active"}
            | {"risk": 0.03, "finished_lines": 400, "bad_lines": 8.0, "id": number}
            for number in range(1, SELLERS + 1)
        ]
        db.session.execute(insert(Seller), sellers)
        things = [
            {"id": thing.id, "slug": f"p{thing.id}", "identity": f"p{thing.id}", "title": thing.title}
            | {"category_id": category.id, "storage_gb": thing.storage, "colour": thing.colour}
            | {"description": thing.description, "created_at": now}
            for thing in documents(products)
        ]
        db.session.execute(insert(Product), things)
        goods = [
            {"id": offer.id, "sku": f"x{offer.id}", "product_id": offer.product_id, "grade": offer.grade}
            | {"seller_id": _seller(offer.id), "price_minor": offer.price, "stock": offer.stock}
            | {"battery_percent": offer.battery, "guarantee_months": offer.guarantee}
            | {"vat_scheme": "margin", "created_at": now}
            for offer in offers(products, size)
        ]
        db.session.execute(insert(Offer), goods)
        record_changes([1], text=True)


def _seller(offer_id: int) -> int:
    share = round(1 / LARGEST)
    return 1 if offer_id % share == 0 else 2 + offer_id % (SELLERS - 1)


def _measured(app: Flask, finder: Finder) -> dict[str, list[float]]:
    finder.catch_up()
    found: dict[str, list[float]] = {"first load": [_timed(lambda: finder._load(finder.seen))]}
    for number in range(PRICES):
        with transaction():
            _change_price(7 * number + 1, 200_00 + number)
        found.setdefault("a price: in the request", []).append(_timed(finder.catch_up))
    devices = db.session.scalar(select(func.count(Offer.product_id.distinct())).where(Offer.seller_id == 1))
    for number in range(QUALITIES):
        with transaction():
            db.session.execute(update(Seller).where(Seller.id == 1).values(risk=0.02 + number / 100))
            record_changes(
                db.session.scalars(select(Offer.product_id).where(Offer.seller_id == 1)), text=False
            )
        name = f"quality, {devices:,} devices"
        found.setdefault(f"{name}: in the request", []).append(_timed(finder.catch_up))
        found.setdefault(f"{name}: beside it", []).append(_timed(finder.follow))
    return found


def _change_price(offer_id: int, price: int) -> None:
    statement = update(Offer).where(Offer.id == offer_id).values(price_minor=price)
    product = db.session.execute(statement.returning(Offer.product_id)).scalar_one()
    record_changes([product], text=False)


def _timed(run: Callable[[], object]) -> float:
    began = time.thread_time()
    run()
    return 1000 * (time.thread_time() - began)
