"""How long a proposal for a firm takes, and how much memory: `make bench ARGS="--only fleet"`.

Requests of 10, 50 and 500 units over shops of several sizes: reading what is in stock, then up to three alternatives.
Half of the lines name a model, half any device of a category within a budget; half want one model, a quarter one model
in one grade. Seconds are of the processor's time; one core is used. With DATABASE_URL set, on PostgreSQL: in a database
of its own beside the named one.
"""

import logging
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import insert, text

from storefront import create_app
from storefront.catalog.models import Model, Offer, Product
from storefront.catalog.rules import GRADES
from storefront.config import load_settings
from storefront.core.database import db, transaction
from storefront.fleet.allocation.models import VolumeDiscount
from storefront.fleet.allocation.queries import supplies_for
from storefront.fleet.allocation.rules import Allotment
from storefront.fleet.allocation.solver import alternatives
from storefront.fleet.wishes.rules import FIRM_FIELDS, UNIFORMITIES, Firm, Request, Wish
from storefront.sellers.models import Seller
from tests.databases import own_postgres_database
from tests.factories import make_brand, make_category

# The aim for 500 units over 100,000 offers, in seconds.
AIM = 5.0
# Lines and units of each request.
REQUESTS = ((2, 10), (5, 50), (50, 500))
_CATEGORIES, _MODELS, _SELLERS, _CONFIGURATIONS = 8, 1_000, 60, 5


def main(sizes: list[int]) -> None:
    logging.disable(logging.WARNING)
    print(
        f"{'offers':>9} {'units':>6} {'lines':>6} {'read s':>8} {'solve s':>8} {'sum s':>7}  gaps; peak memory",
        flush=True,
    )
    url = os.environ.get("DATABASE_URL", "")
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="rebelote-bench-") as folder, ExitStack() as stack:
            environ = (
                {"DATABASE_URL": stack.enter_context(own_postgres_database(url, "bench"))} if url else {}
            )
            app = create_app(load_settings(Path(folder), environ))
            with app.app_context():
                upgrade()
                _fill(size)
                for lines, units in REQUESTS:
                    _tell(size, lines, units)
                db.session.remove()
                db.engine.dispose()


def _tell(size: int, lines: int, units: int) -> None:
    request, today = _request(lines, units), datetime.now(UTC).date()
    db.session.rollback()
    began = time.process_time()
    problem = supplies_for(request, today)
    read = time.process_time()
    found = alternatives(problem)
    ended = time.process_time()
    gaps = ", ".join(_gap(one) for one in found)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    missed = "" if ended - began <= AIM else "  missed"
    print(
        f"{size:9,} {units:6} {lines:6} {read - began:8.2f} {ended - read:8.2f} {ended - began:7.2f}  "
        f"{gaps}; {megabytes} MB{missed}",
        flush=True,
    )


def _gap(one: Allotment) -> str:
    lacking = f" lacks {sum(one.short)}" if sum(one.short) else ""
    return f"{one.kind} {100 * one.gap:.2f} %{lacking}"


def _request(lines: int, units: int) -> Request:
    chance = Random(lines)
    firm = Firm(**(dict.fromkeys(FIRM_FIELDS, "") | {"country": "FR", "delivery_country": "FR"}))
    return Request(firm, tuple(_wish(number, units // lines, chance) for number in range(lines)))


def _wish(number: int, quantity: int, chance: Random) -> Wish:
    grade, uniformity = chance.choice(GRADES[1:]), chance.choice((*UNIFORMITIES, UNIFORMITIES[1]))
    if number % 2:
        return Wish(quantity, model_id=chance.randint(1, _MODELS), grade=grade, uniformity=uniformity)
    return Wish(
        quantity,
        category=f"category-{chance.randrange(_CATEGORIES)}",
        budget=chance.randrange(30_000, 90_000),
        grade=grade,
        uniformity=uniformity,
    )


def _fill(size: int) -> None:
    now, chance = datetime.now(UTC), Random(1)
    with transaction():
        categories = [make_category(f"category-{number}").id for number in range(_CATEGORIES)]
        brand = make_brand().id
        db.session.execute(insert(Model), list(_models(categories, brand, chance, now.date())))
        db.session.execute(insert(Seller), list(_sellers(chance, now.date())))
        discounts = [{"seller_id": n, "from_units": 10, "percent": 3} for n in range(1, _SELLERS, 4)]
        db.session.execute(insert(VolumeDiscount), discounts)
        products = [
            {
                "id": number,
                "slug": f"p{number}",
                "identity": f"p{number}",
                "title": f"Model {number % _MODELS + 1}",
            }
            | {"model_id": number % _MODELS + 1, "category_id": categories[number % _MODELS % _CATEGORIES]}
            | {"storage_gb": 2 ** (6 + number // _MODELS % 3), "created_at": now}
            for number in range(1, _MODELS * _CONFIGURATIONS + 1)
        ]
        db.session.execute(insert(Product), products)
        db.session.execute(insert(Offer), list(_offers(size, chance, now)))
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))
    db.session.commit()


def _models(categories: list[int], brand: int, chance: Random, today: date) -> Iterator[dict[str, Any]]:
    for number in range(1, _MODELS + 1):
        yield {
            "id": number, "slug": f"m{number}", "name": f"Model {number}", "brand_id": brand,
            "category_id": categories[(number - 1) % _CATEGORIES],
            "security_until": today.replace(year=today.year + chance.randrange(6), day=1),
        }  # fmt: skip


def _sellers(chance: Random, today: date) -> Iterator[dict[str, Any]]:
    for number in range(1, _SELLERS + 1):
        yield {
            "id": number, "slug": f"s{number}", "name": f"Seller {number}", "joined_on": today,
            "standing": "probation" if number % 10 == 0 else "active",
            "risk": chance.choice((0.01, 0.02, 0.03, 0.05, 0.08)), "finished_lines": 400, "bad_lines": 8.0,
        }  # fmt: skip


def _offers(size: int, chance: Random, now: datetime) -> Iterator[dict[str, Any]]:
    usual = [chance.randrange(8_000, 120_000) for _ in range(_MODELS)]
    for number in range(1, size + 1):
        product, grade = chance.randint(1, _MODELS * _CONFIGURATIONS), chance.randrange(len(GRADES))
        price = usual[product % _MODELS] * (1.15 - 0.1 * grade) * chance.uniform(0.9, 1.15)
        yield {
            "id": number, "product_id": product, "seller_id": chance.randint(1, _SELLERS), "sku": f"x{number}",
            "grade": GRADES[grade], "price_minor": round(price), "stock": chance.choice((0, 1, 1, 1, 2, 3, 5, 8, 20)),
            "battery_percent": chance.choice((None, 80, 85, 90, 95)), "guarantee_months": 12,
            "vat_scheme": chance.choice(("margin", "standard")), "created_at": now,
        }  # fmt: skip
