"""The demo shop's orders: those of a living shop, and whole."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from storefront.catalog.models import Offer
from storefront.config import current_settings
from storefront.core.clock import local_day
from storefront.core.database import db
from storefront.core.mail import Letter, OutgoingMail, enqueue
from storefront.demo.past_orders import place_past_orders
from storefront.demo.tables import customers
from storefront.orders import queries
from storefront.orders.models import Parcel, ShopOrder
from storefront.orders.rules import STATES
from storefront.sellers.models import Seller

from ..conftest import MakeApp
from ..factories import make_offer, make_seller
from .conftest import LoadedShop

NOW = datetime(2026, 11, 25, 15, 20, tzinfo=UTC)


@pytest.fixture
def orders(loaded_shop: LoadedShop) -> list[ShopOrder]:
    """All of them, the oldest first."""
    return queries.latest(limit=1_000)[::-1]


@pytest.fixture
def parcels(orders: list[ShopOrder]) -> list[Parcel]:
    return [parcel for order in orders for parcel in order.parcels]


def overdue(parcel: Parcel, now: datetime) -> bool:
    return parcel.send_by is not None and parcel.send_by < local_day(now, "Europe/Paris")


def test_they_are_in_every_state(orders: list[ShopOrder], parcels: list[Parcel]):
    assert {parcel.status for parcel in parcels} == set(STATES)
    states = Counter(order.state for order in orders)
    assert (states["cancelled"], states["refused"], states["returned"], states["refunded"]) == (2, 1, 1, 2)
    assert states["delivered"] > len(orders) / 3
    assert min(states["placed"], states["paid"], states["accepted"], states["shipped"]) >= 4


def test_some_sellers_are_late_and_some_are_not(parcels: list[Parcel], loaded_shop: LoadedShop):
    waiting = [parcel for parcel in parcels if parcel.status in ("paid", "accepted")]
    late = [parcel for parcel in waiting if overdue(parcel, loaded_shop.now)]
    assert 3 <= len(late) <= 5
    assert any(parcel.status == "paid" and parcel not in late for parcel in waiting)
    assert any(event.verb == "withdraw" for parcel in parcels for event in parcel.order.events)


def test_who_has_not_paid_still_has_time(orders: list[ShopOrder], loaded_shop: LoadedShop):
    assert queries.overdue(loaded_shop.now, limit=100) == []
    unpaid = [order for order in orders if order.state == "placed"]
    assert len({order.payment_method for order in unpaid}) == 2
    assert all(order.pay_by > loaded_shop.now and order.paid_minor == 0 for order in unpaid)


def test_totals_add_up(orders: list[ShopOrder]):
    for order in orders:
        lines = [line for parcel in order.parcels for line in parcel.lines]
        assert order.goods_minor == sum(line.price_minor * line.quantity for line in lines)
        assert order.shipping_minor == sum(parcel.shipping_minor for parcel in order.parcels)
        assert order.paid_minor in (0, order.total_minor)
        assert order.balance.minor == 0 or (order.balance.minor < 0) == (order.paid_minor == 0)
    assert {order.state for order in orders if order.balance.minor > 0} == {
        "cancelled",
        "refused",
        "returned",
    }
    assert all(
        order.refunded_minor > 0 and order.balance.minor == 0 for order in orders if order.state == "refunded"
    )


def test_they_have_one_to_three_parcels_and_speak_two_languages(orders: list[ShopOrder]):
    assert {len(order.parcels) for order in orders} == {1, 2, 3}
    assert all(len({parcel.seller_id for parcel in order.parcels}) == len(order.parcels) for order in orders)
    languages = Counter(order.language for order in orders)
    assert languages["fr"] > languages["en"] > 5
    known = {customer.email: customer for customer in customers()}
    assert all(known[order.email].name == order.name for order in orders)
    assert max(Counter(order.email for order in orders).values()) <= 2


def test_titles_are_in_the_language_of_the_customer(orders: list[ShopOrder]):
    titles = {
        language: " ".join(
            line.title
            for order in orders
            if order.language == language
            for p in order.parcels
            for line in p.lines
        )
        for language in ("fr", "en")
    }
    assert "noir" in titles["fr"]
    assert "black" not in titles["fr"]
    assert "noir" not in titles["en"]


def test_pickups_are_in_the_town_of_the_customer(orders: list[ShopOrder], loaded_shop: LoadedShop):
    town = {seller.id: seller.city for seller in db.session.scalars(select(Seller))}
    pickups = [order for order in orders if order.parcels[0].shipping_method == "pickup"]
    assert {order.payment_method for order in pickups} == {"pickup", "bank-transfer"}
    assert {order.state for order in pickups} >= {"placed", "shipped", "delivered"}
    assert all(
        order.shipping_minor == 0 and town[order.parcels[0].seller_id] == order.city for order in pickups
    )
    assert {parcel.shipping_method for order in orders for parcel in order.parcels} == {
        "standard", "express", "pickup",
    }  # fmt: skip


def test_they_are_of_the_last_five_weeks_and_nothing_is_in_the_future(
    orders: list[ShopOrder], loaded_shop: LoadedShop
):
    placed = [order.placed_at for order in orders]
    assert placed == sorted(placed)
    assert timedelta(days=28) < loaded_shop.now - placed[0] < timedelta(days=36)
    assert len({moment.date() for moment in placed}) >= 20
    assert max(later - earlier for earlier, later in pairwise(placed)) < timedelta(days=5)
    for order in orders:
        moments = [order.placed_at, *(event.at for event in order.events)]
        assert moments == sorted(moments)
        assert moments[-1] < loaded_shop.now


def test_nobody_gets_a_mail(loaded_shop: LoadedShop):
    assert db.session.query(OutgoingMail).count() == 0


def test_stock_adds_up_and_nothing_is_sold_out(
    orders: list[ShopOrder], offers: list[dict[str, str]], loaded_shop: LoadedShop
):
    taken = Counter[tuple[int, str]]()
    for parcel in (parcel for order in orders for parcel in order.parcels if parcel.status != "cancelled"):
        for line in parcel.lines:
            taken[parcel.seller_id, line.sku] += line.quantity
    seller_ids = {seller.slug: seller.id for seller in db.session.scalars(select(Seller))}
    before = {(seller_ids[row["seller"]], row["sku"]): int(row["stock"]) for row in offers}
    after = {(o.seller_id, o.sku): o.stock for o in db.session.scalars(select(Offer))}
    assert after == {key: stock - taken[key] for key, stock in before.items()}
    assert min(after[key] for key in taken) >= 1


def test_the_operator_sees_them(loaded_shop: LoadedShop):
    listed = loaded_shop.app.test_cli_runner().invoke(args=["orders", "list", "--limit", "100"])
    assert len(listed.output.splitlines()) == loaded_shop.loaded.orders
    due = loaded_shop.app.test_cli_runner().invoke(args=["orders", "list", "--refund"])
    assert len(due.output.splitlines()) == 3


@pytest.fixture
def small_shop(db_session: scoped_session[Any]) -> None:
    """A shop with other offers than the demo's: one seller of the careless kind, one in Lyon, and three others."""
    for slug, city in (
        ("stock-express-mobile", "Aubervilliers"),
        ("b", "Lyon"),
        ("c", "Brive"),
        ("d", ""),
        ("e", ""),
    ):
        seller = make_seller(slug=slug, city=city)
        for number in range(24):
            make_offer(seller_id=seller.id, sku=f"{slug}-{number:02d}", price_minor=5000 + 100 * number)


def facts() -> list[tuple[Any, ...]]:
    """Everything about the orders that isn't secret."""
    return [
        (
            (order.email, order.placed_at, order.pay_by, order.total_minor, order.paid_minor, order.payment_reference),
            [(p.seller_id, p.status, p.shipping_method, p.tracking_url) for p in order.parcels],
            [(line.sku, line.quantity) for p in order.parcels for line in p.lines],
            [(e.at, e.actor, e.verb, e.to_state, e.code, e.amount_minor, e.note) for e in order.events],
        )
        for order in queries.latest(limit=1_000)
    ]  # fmt: skip


def secrets_of(column: Any) -> set[str]:
    return set(db.session.scalars(select(column)))


def test_the_same_moment_gives_the_same_orders_but_for_their_secrets(small_shop: None, now: datetime):
    enqueue(Letter("lou@example.com", "Hello", "Hello."), reason="a letter of somebody else", now=now)
    db.session.commit()
    told, secret = [], []
    for _ in range(2):
        count = place_past_orders(current_settings(), now=NOW)
        told.append(facts())
        secret.append([secrets_of(c) for c in (ShopOrder.token, ShopOrder.number, ShopOrder.idempotency_key)])
        assert secrets_of(OutgoingMail.recipient) == {"lou@example.com"}
        db.session.rollback()
    assert told[0] == told[1]
    assert len(told[0]) == count > 50
    for first, second in zip(*secret, strict=True):
        assert len(first) == count
        assert not first & second


def test_a_shop_without_pickup_has_orders_too(small_shop: None, make_app: MakeApp):
    db.session.commit()
    with make_app(REBELOTE_SHIPPING_PICKUP="no", REBELOTE_PAYMENT_TRANSFER_DAYS="1").app_context():
        place_past_orders(current_settings(), now=NOW)
        parcels = [parcel for order in queries.latest(limit=1_000) for parcel in order.parcels]
        assert {parcel.status for parcel in parcels} == set(STATES)
        assert {parcel.order.payment_method for parcel in parcels} == {"bank-transfer"}
        assert "pickup" not in {parcel.shipping_method for parcel in parcels}
        assert queries.overdue(NOW, limit=100) == []
        db.session.rollback()
