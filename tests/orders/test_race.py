"""The last phones, wanted by everybody at once; beside it the negative control, without which it could not fail."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.catalog.errors import OutOfStock
from storefront.catalog.models import Offer
from storefront.core.database import db, transaction
from storefront.orders.models import OrderLine, ShopOrder
from tests.factories import make_offer, make_wish, place_an_order

BUYERS, UNITS = 12, 3


def race(app: Flask, buy: Callable[[], None]) -> None:
    """Let every buyer press at the same moment."""
    start = threading.Barrier(BUYERS)

    def buyer() -> None:
        with app.app_context():
            start.wait()
            buy()
            db.session.remove()

    threads = [threading.Thread(target=buyer) for _ in range(BUYERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def offer_id(app) -> int:
    with app.app_context():
        offer = make_offer(stock=UNITS)
        db.session.commit()
        return offer.id


def test_the_last_units_are_sold_once(app, offer_id):
    sold_out = []

    def buy() -> None:
        try:
            with transaction():
                place_an_order(make_wish(db.session.get_one(Offer, offer_id)))
        except OutOfStock:
            sold_out.append(True)

    race(app, buy)
    with app.app_context():
        assert db.session.get_one(Offer, offer_id).stock == 0
        assert db.session.execute(sa.select(sa.func.sum(OrderLine.quantity))).scalar_one() == UNITS
    assert len(sold_out) == BUYERS - UNITS


def test_without_the_guard_the_race_oversells(app, offer_id):
    sold = []
    everybody_looked = threading.Barrier(BUYERS)

    def buy() -> None:
        stock = db.session.get_one(Offer, offer_id).stock
        db.session.rollback()
        everybody_looked.wait()
        if stock > 0:
            with transaction():
                db.session.execute(sa.update(Offer).where(Offer.id == offer_id).values(stock=stock - 1))
            sold.append(True)

    race(app, buy)
    assert len(sold) > UNITS


def test_one_form_sent_by_many_threads_is_one_order(app, offer_id):
    made = set()

    def buy() -> None:
        with transaction():
            wish = make_wish(db.session.get_one(Offer, offer_id))
            made.add(place_an_order(wish, key="the-same-form-for-everybody").id)

    race(app, buy)
    with app.app_context():
        assert db.session.execute(sa.select(sa.func.count(ShopOrder.id))).scalar_one() == 1
        assert db.session.get_one(Offer, offer_id).stock == UNITS - 1
    assert len(made) == 1
