"""A shop of 10,000 offers for `make bench`, and what its visitors ask for."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select, update

from storefront import create_app
from storefront.catalog.finder import current_finder
from storefront.catalog.importer import Options, import_offers
from storefront.catalog.models import Offer, Product
from storefront.config import load_settings
from storefront.core.database import db, transaction
from storefront.demo.generator import OFFER_COLUMNS, offer_rows
from storefront.demo.loading import load_demo, write_csv
from tests.bench.load import get, post
from tests.live import LiveShop, Visitor
from tests.shopper import read_forms
from tests.walk import CUSTOMER

# Enough of them for every order that is placed.
PLENTY = 1_000_000
WORDS = [
    "iphone",
    "iphone 13",
    "galaxy",
    "thinkpad",
    "ipad",
    "macbook",
    "laptop",
    "samsung 128 gb",
    "pixel",
    "watch",
]


def stock_shop(instance: Path, offers: int) -> int:
    """Load the demo shop and as many more offers of the same kind as make `offers`; gives how many there are."""
    app = create_app(load_settings(instance, {}))
    now = datetime.now(UTC)
    with app.app_context(), TemporaryDirectory() as folder:
        upgrade()
        settings = app.config["SETTINGS"]
        load_demo(settings, now=now)
        more = Path(folder, "more.csv")
        write_csv(more, OFFER_COLUMNS, islice(_more_rows(now), offers - _count()))
        assert import_offers(more, Options(strict=True), settings=settings, now=now).problems == []
        current_finder().catch_up()
        current_finder().write_words()
        count = _count()
        _close(app)
    return count


def _close(_app: Flask) -> None:
    db.session.remove()
    db.engine.dispose()


def _count() -> int:
    return db.session.scalar(select(func.count()).select_from(Offer)) or 0


def _more_rows(now: datetime) -> Iterator[dict[str, str]]:
    """The demo shop's offers again and again, each time with a number of their own and a little dearer."""
    for turn in range(2, 100):
        for row in offer_rows(now.date()):
            price = float(row["price"]) * (1 + turn / 100)
            yield row | {"sku": f"{row['sku']}-{turn}", "price": f"{price:.2f}"}


@dataclass(frozen=True, slots=True)
class Questions:
    """The requests of each kind."""

    home: list[bytes]
    results: list[bytes]
    new_results: list[bytes]
    products: list[bytes]
    cart: list[bytes]
    orders: list[bytes]


def questions(instance: Path, shop: LiveShop, orders: int) -> Questions:
    app = create_app(load_settings(instance, {}))
    with app.app_context():
        slugs = list(db.session.scalars(select(Product.slug).order_by(Product.id).limit(2000)))
        offer_id = db.session.scalars(select(Offer.id).where(Offer.stock > 0).order_by(Offer.id)).first()
        assert offer_id is not None
        with transaction():
            db.session.execute(update(Offer).where(Offer.id == offer_id).values(stock=PLENTY))
        _close(app)
    chance = random.Random(5)
    filtered = [f"/search?{urlencode(_filters(chance), doseq=True)}" for _ in range(50)]
    return Questions(
        home=[get("/")],
        results=[get(path) for path in filtered],
        new_results=[
            get(f"/search?{urlencode(_filters(chance) | {'max_price': 900 + n}, doseq=True)}")
            for n in range(2000)
        ],
        products=[get(f"/p/{slug}") for slug in chance.sample(slugs, 50)],
        cart=[get("/cart", _cookies(_with_cart(shop, offer_id)))],
        orders=[_order(shop, offer_id, number) for number in range(orders)],
    )


def _filters(chance: random.Random) -> dict[str, object]:
    """A search with two or three filters, as people combine them."""
    asked: dict[str, object] = {
        "q": chance.choice(WORDS),
        "grade": chance.sample(["premium", "excellent", "good", "fair"], 2),
    }
    if chance.random() < 0.5:
        asked["min_price"] = chance.randrange(50, 300, 10)
    if chance.random() < 0.5:
        asked["sort"] = chance.choice(["price", "newest", "guarantee"])
    return asked


def _with_cart(shop: LiveShop, offer_id: int) -> Visitor:
    visitor = Visitor(shop)
    visitor.post("/cart/add", {"offer": offer_id, "quantity": 1})
    return visitor


def _cookies(visitor: Visitor) -> str:
    visitor.close()
    return "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())


def _order(shop: LiveShop, offer_id: int, number: int) -> bytes:
    """The checkout form of a visitor of its own, filled in and ready to be sent."""
    visitor = _with_cart(shop, offer_id)
    page = visitor.get("/checkout")
    form = next(form for form in read_forms(page.body) if "/checkout" in form.action)
    fields = {**form.fields, **CUSTOMER, "email": f"bench-{number}@example.org"}
    return post("/checkout", urlencode(fields, doseq=True).encode(), _cookies(visitor))
