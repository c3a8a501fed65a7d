"""`flask demo load`: the whole way through the importers and the orders, once."""

import pytest
from sqlalchemy import func, select

from storefront.catalog.models import Model, Offer, Product
from storefront.core.database import db
from storefront.demo.tables import devices, odds, profiles
from storefront.orders.models import ShopOrder
from storefront.sellers.actions import quality_records
from storefront.sellers.models import QualityEntry, Seller

from .conftest import LoadedShop


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_load_that_is_cut_short_leaves_neither_offers_nor_orders(loaded_shop: LoadedShop):
    assert loaded_shop.left_by_the_cut == {"Offer": 0, "ShopOrder": 0}


def test_the_demo_shop_loads_whole(loaded_shop: LoadedShop):
    loaded = loaded_shop.loaded
    assert loaded.problems == ()
    assert (
        (loaded.models, loaded.sellers) == (count(Model), count(Seller)) == (len(devices()), len(profiles()))
    )
    assert loaded.offers == count(Offer) >= 3_200
    assert loaded.orders == count(ShopOrder) >= 55
    assert db.session.scalar(select(func.count()).where(Product.model_id.is_(None))) == len(odds())


def test_sellers_have_the_quality_of_their_history_and_of_these_orders(loaded_shop: LoadedShop):
    finished = select(func.count()).where(QualityEntry.reference.startswith("order-line-"))
    lines = db.session.scalar(finished) or 0
    assert lines >= 30
    assert loaded_shop.loaded.past_lines == count(QualityEntry) - lines
    sellers = {seller.slug: seller for seller in db.session.scalars(select(Seller))}
    records = quality_records(today=loaded_shop.now.date())
    for seller in sellers.values():
        assert seller.finished_lines == records[seller.id].finished
        # A database sums in whichever order it finds the rows: the last digit may be another.
        assert seller.bad_lines == pytest.approx(records[seller.id].bad)
    assert (
        sellers["stock-express-mobile"].risk
        > sellers["planete-phone"].risk
        > sellers["usine-seconde"].risk
        > 0
    )


def test_it_loads_only_once(loaded_shop: LoadedShop):
    again = loaded_shop.app.test_cli_runner().invoke(args=["demo", "load"])
    assert again.exit_code == 0
    assert "already" in again.output
    assert (count(Offer), count(ShopOrder)) == (loaded_shop.loaded.offers, loaded_shop.loaded.orders)
