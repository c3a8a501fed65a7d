"""How long the desk's list of offers takes with 100,000 offers: `make bench ARGS="--only desk"`.

With DATABASE_URL set, on PostgreSQL: in a database of its own beside the named one.
"""

import logging
import os
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from flask_migrate import upgrade
from sqlalchemy import Table, insert, text

from storefront import create_app
from storefront.catalog.models import Offer, Product
from storefront.catalog.rules import GRADES
from storefront.config import load_settings
from storefront.core.database import db, transaction
from storefront.desk.access import Scope
from storefront.desk.offers.forms import OfferFilters
from storefront.desk.offers.queries import offers_page
from tests.databases import own_postgres_database
from tests.factories import make_category, make_seller

# The aim of the design, in milliseconds.
AIM = 100
_SELLERS, _OFFERS_OF_A_PRODUCT = 30, 4


def make_offers(count: int, *, now: datetime, batch: int = 5_000) -> list[int]:
    """So many offers straight into their tables, for measuring; gives the ids of their sellers."""
    chance = random.Random(7)
    with transaction():
        sellers = [make_seller().id for _ in range(_SELLERS)]
        categories = [make_category(f"category-{number}").id for number in range(12)]
        products = count // _OFFERS_OF_A_PRODUCT + 1
        for start in range(1, products + 1, batch):
            rows = [
                _product(number, categories, now) for number in range(start, min(start + batch, products + 1))
            ]
            db.session.execute(insert(cast(Table, Product.__table__)), rows)
        for start in range(1, count + 1, batch):
            offers = [
                _offer(number, sellers, chance, now) for number in range(start, min(start + batch, count + 1))
            ]
            db.session.execute(insert(cast(Table, Offer.__table__)), offers)
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    return sellers


def _product(number: int, categories: list[int], now: datetime) -> dict[str, Any]:
    title = f"Modèle {number % 997} {2 ** (5 + number % 5)} GB n° {number}"
    return {
        "id": number, "slug": f"modele-{number % 997}-{number}", "identity": f"bench/{number}", "title": title,
        "description": "", "category_id": categories[number % 12], "created_at": now,
    }  # fmt: skip


def _offer(number: int, sellers: list[int], chance: random.Random, now: datetime) -> dict[str, Any]:
    return {
        "id": number, "product_id": number // _OFFERS_OF_A_PRODUCT + 1, "seller_id": chance.choice(sellers),
        "sku": f"SKU-{number}", "grade": chance.choice(GRADES), "price_minor": chance.randrange(5_000, 90_000),
        "stock": chance.choice((0, 1, 1, 2, 5)), "battery_percent": None, "guarantee_months": 12,
        "vat_scheme": "margin", "purchase_price_minor": None, "purchase_reference": None, "purchase_date": None,
        "created_at": now, "changed_at": now - timedelta(minutes=chance.randrange(500_000)),
    }  # fmt: skip


def measure(sellers: list[int], now: datetime) -> dict[str, list[float]]:
    """Milliseconds of each question, a few times each, for the operator and for one seller."""
    asked = {
        "newest": OfferFilters(),
        "by title": OfferFilters(sort="title"),
        "by price": OfferFilters(sort="price"),
        "by stock": OfferFilters(sort="stock"),
        "sold out": OfferFilters(stock="none"),
        "in stock, by price": OfferFilters(stock="in", sort="price"),
        "running out": OfferFilters(stock="low"),
        "a category": OfferFilters(category="category-7"),
        "a category, by title": OfferFilters(category="category-7", sort="title"),
        "a grade": OfferFilters(grade="fair"),
        "a seller's": OfferFilters(seller_id=sellers[3]),
        "by words": OfferFilters(text="modèle 512"),
        "by SKU": OfferFilters(text="SKU-4321"),
        "nothing like that": OfferFilters(text="xyzzy"),
    }
    taken: dict[str, list[float]] = {}
    for _ in range(5):
        for who, scope in (("operator", Scope(None)), ("seller", Scope(frozenset(sellers[:1])))):
            for name, filters in asked.items():
                first = _timed(taken, f"{who}: {name}", lambda: offers_page(scope, filters, now=now))  # noqa: B023
                _timed(
                    taken,
                    f"{who}: {name}, on",
                    lambda: offers_page(scope, filters, now=now, cursor=first.next),  # noqa: B023
                )
    return taken


def _timed(taken: dict[str, list[float]], name: str, question: Callable[[], Any]) -> Any:
    db.session.rollback()
    db.session.expunge_all()
    began = time.perf_counter()
    answer = question()
    taken.setdefault(name, []).append(1000 * (time.perf_counter() - began))
    return answer


def main(count: int) -> None:
    logging.disable(logging.WARNING)
    url = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="rebelote-bench-") as folder, ExitStack() as stack:
        environ = {"DATABASE_URL": stack.enter_context(own_postgres_database(url, "bench"))} if url else {}
        app = create_app(load_settings(Path(folder), environ))
        now = datetime.now(UTC)
        with app.app_context():
            upgrade()
            sellers = make_offers(count, now=now)
            print(f"{count} offers on {db.engine.dialect.name}; the aim is {AIM} ms.", flush=True)
            for name, times in measure(sellers, now).items():
                median, worst = sorted(times)[len(times) // 2], max(times)
                print(f"{name:34} p50 {median:7.1f}  worst {worst:7.1f}  {'' if worst <= AIM else 'missed'}")
            db.session.remove()
            db.engine.dispose()
