"""A small shop with one phone, and its buyers."""

import csv
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, update

from storefront.catalog.importer import Options, import_offers
from storefront.catalog.models import Offer
from storefront.core import mail
from storefront.core.database import db, transaction
from storefront.core.mail import OutgoingMail
from storefront.orders.models import OrderEvent, OrderLine, Parcel, ShopOrder
from storefront.sellers.models import Seller
from tests.live import Answer, LiveShop, Visitor
from tests.walk import CUSTOMER

PHONE = {
    "sku": "LAST-1",
    "seller": "Atelier Loire",
    "title": "Nokia 3310 black",
    "category": "smartphones",
    "grade": "good",
    "price": "49.90",
}


def stock_phones(app: Flask, folder: Path, stock: int) -> int:
    """Offer `stock` phones of a seller who is on probation no more, and may sell any number; gives the offer's id."""
    path = folder / "phones.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*PHONE, "stock"])
        writer.writeheader()
        writer.writerow(PHONE | {"stock": str(stock)})
    with app.app_context():
        settings = app.config["SETTINGS"]
        report = import_offers(
            path, Options(create=True, strict=True), settings=settings, now=datetime.now(UTC)
        )
        assert report.problems == []
        with transaction():
            db.session.execute(update(Seller).values(standing="active"))
        return db.session.scalars(select(Offer.id)).one()


class Buyer(Visitor):
    """Wants one phone, under a mail address that nobody else has."""

    def __init__(self, shop: LiveShop, email: str) -> None:
        super().__init__(shop)
        self.email = email
        self.checkout: Answer | None = None

    def prepare(self, offer_id: int) -> None:
        """Put a phone into the cart and open the checkout page."""
        added = self.post("/cart/add", {"offer": offer_id, "quantity": 1})
        assert added.status == 200, added.body
        self.checkout = self.get("/checkout")
        assert self.checkout.url.endswith("/checkout"), self.checkout.body

    def order(self) -> Answer:
        """Send the checkout page's form; again, when it was sent before."""
        self.page = self.checkout
        return self.submit("/checkout", CUSTOMER | {"email": self.email})

    def order_patiently(self) -> Answer:
        """Send the form; when the shop has no place for it at the moment, come back as it asks, a few times."""
        for _ in range(10):
            answer = self.order()
            if answer.status != 503:
                break
            time.sleep(float(answer.headers["Retry-After"]))
        return answer


@dataclass(frozen=True, slots=True)
class Books:
    """What the database says in the end."""

    stock: int
    emails: list[str]
    sold: int
    problems: list[str]


def audit(app: Flask) -> Books:
    """Count what is left, and look at every order: is it whole?"""
    with app.app_context():
        orders = db.session.scalars(select(ShopOrder)).all()
        return Books(
            stock=db.session.scalars(select(Offer.stock)).one(),
            emails=sorted(order.email for order in orders),
            sold=db.session.scalar(select(func.coalesce(func.sum(OrderLine.quantity), 0))) or 0,
            problems=[problem for order in orders for problem in _flaws(order)] + _strays(),
        )


def _flaws(order: ShopOrder) -> list[str]:
    """What a half-written order would lack."""
    lines = [line for parcel in order.parcels for line in parcel.lines]
    expected: Mapping[str, tuple[object, object]] = {
        "parcels": (len(order.parcels), 1),
        "lines": ([line.quantity for line in lines], [1]),
        "goods": (order.goods_minor, sum(line.price_minor * line.quantity for line in lines)),
        "log": ([event.verb for event in order.events], ["place"]),
        "mails": (
            db.session.scalar(select(func.count()).where(OutgoingMail.reason == f"order-placed-{order.id}")),
            1,
        ),
    }
    return [
        f"order {order.id}: {name} {have} != {want}"
        for name, (have, want) in expected.items()
        if have != want
    ]


def _strays() -> list[str]:
    """Rows that belong to no order."""
    orders = select(ShopOrder.id)
    stray = {
        "parcels": select(func.count()).where(Parcel.order_id.not_in(orders)),
        "lines": select(func.count()).where(OrderLine.parcel_id.not_in(select(Parcel.id))),
        "events": select(func.count()).where(OrderEvent.order_id.not_in(orders)),
    }
    return [f"stray {name}" for name, count in stray.items() if db.session.scalar(count)]


def send_all_mails(app: Flask) -> list[str]:
    """Send what waits (also what a killed process had claimed); gives the names of the files that were "sent"."""
    settings = app.config["SETTINGS"]
    with app.app_context():
        with transaction():
            for waiting in db.session.scalars(select(OutgoingMail).where(OutgoingMail.sent_at.is_(None))):
                waiting.next_try_at = waiting.created_at
        while mail.send_waiting(settings):
            pass
    return sorted(path.name for path in (settings.instance / "mail").glob("*.eml"))
