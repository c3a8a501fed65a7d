"""`flask demo load`: the whole way through the importers, once."""

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import func, select

from storefront.catalog.models import Model, Offer, Product
from storefront.config import current_settings
from storefront.core.database import db
from storefront.demo.loading import load_demo
from storefront.demo.tables import devices, odds, profiles
from storefront.sellers.models import QualityEntry, Seller


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_the_demo_shop_loads_whole_and_only_once(app: Flask):
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with app.app_context():
        loaded = load_demo(current_settings(), now=now)
        assert loaded.problems == ()
        assert (
            (loaded.models, loaded.sellers)
            == (count(Model), count(Seller))
            == (len(devices()), len(profiles()))
        )
        assert loaded.past_lines == count(QualityEntry)
        assert loaded.offers == count(Offer) >= 3_200
        assert db.session.scalar(select(func.count()).where(Product.model_id.is_(None))) == len(odds())
        risks = {row.slug: row.risk for row in db.session.execute(select(Seller.slug, Seller.risk))}
        db.session.rollback()
    assert risks["stock-express-mobile"] > risks["planete-phone"] > risks["usine-seconde"] > 0

    again = app.test_cli_runner().invoke(args=["demo", "load"])
    assert again.exit_code == 0
    assert "already" in again.output
    with app.app_context():
        assert count(Offer) == loaded.offers
        db.session.rollback()
