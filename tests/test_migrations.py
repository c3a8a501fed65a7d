"""Migrations lead to the very tables that the models describe, keep what is in them, and lead back."""

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade

from storefront import create_app
from storefront.config import load_settings
from storefront.core.database import Base, db
from storefront.orders.log import record
from storefront.orders.models import OrderEvent
from storefront.orders.rules import SYSTEM, UNPAID
from storefront.repair.network.models import RepairEntry
from storefront.repair.referrals.actions import accept
from storefront.sellers.models import Seller

from .factories import NOW, place_an_order
from .repair.referrals.makers import make_referral

BEFORE_IMPACT = "affd5d8d5564"
BEFORE_OPEN_UNITS = "b5c80e7d2f13"
BEFORE_FACTS = "d4b81a6e30c7"
BEFORE_ANSWERS = "9b3d50f1c2a7"


def test_migrated_tables_are_those_of_the_models(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


def test_an_order_survives_the_way_back_and_forth(tmp_path: Path) -> None:
    app = create_app(load_settings(tmp_path, {}))
    with app.app_context():
        upgrade()
        order = place_an_order(now=NOW)
        db.session.commit()
        before = _lines()

        downgrade(revision=BEFORE_IMPACT)
        assert "impact_per" not in _columns()
        upgrade()

        assert before == [(order.parcels[0].lines[0].title, 1, 32000, "device")]
        assert _lines() == [(before[0][0], 1, 32000, "")]


def test_answers_that_repairers_gave_before_count(tmp_path: Path) -> None:
    app = create_app(load_settings(tmp_path, {}))
    with app.app_context():
        upgrade()
        for days in (2, 3):
            referral = make_referral()
            accept(referral_id=referral.id, now=referral.created_at + timedelta(days=days))
        db.session.commit()
        before = _answers()
        assert [row.outcome for row in before] == ["answered", "answered_late"]

        downgrade(revision=BEFORE_ANSWERS)
        assert _answers() == []
        upgrade()
        assert _answers() == before


def _answers() -> list[sa.Row[tuple[object, ...]]]:
    db.session.rollback()
    entry = RepairEntry
    told = (entry.repairer_id, entry.reference, entry.outcome, entry.ended_on, entry.words, entry.hidden)
    return list(db.session.execute(sa.select(*told, entry.recorded_at).order_by(entry.reference)))


def test_units_that_were_under_way_before_are_counted(tmp_path: Path) -> None:
    app = create_app(load_settings(tmp_path, {}))
    with app.app_context():
        upgrade()
        order = place_an_order(now=NOW)
        db.session.commit()
        downgrade(revision=BEFORE_OPEN_UNITS)
        upgrade()

        assert db.session.get_one(Seller, order.parcels[0].seller_id).open_units == 1


def test_what_the_log_of_orders_said_in_english_becomes_facts(tmp_path: Path) -> None:
    app = create_app(load_settings(tmp_path, {}))
    with app.app_context():
        upgrade()
        order = place_an_order(now=NOW)
        record(order, verb="cancel", by=SYSTEM, now=NOW, code=UNPAID)
        db.session.commit()
        downgrade(revision=BEFORE_FACTS)
        said = sa.text("SELECT note FROM order_event WHERE verb = 'cancel'")
        before = db.session.execute(said).scalars().all()
        db.session.rollback()
        upgrade()

        event = db.session.scalars(sa.select(OrderEvent).where(OrderEvent.verb == "cancel")).one()
        assert (before, event.code, event.note) == (["not paid in time"], UNPAID, "")


def test_everything_can_be_taken_back(tmp_path: Path) -> None:
    app = create_app(load_settings(tmp_path, {}))
    with app.app_context():
        upgrade()
        downgrade(revision="base")

        assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]


def _lines() -> list[tuple[object, ...]]:
    db.session.rollback()
    rows = db.session.execute(sa.text("SELECT title, quantity, price_minor, impact_per FROM order_line"))
    found = [tuple(row) for row in rows]
    db.session.rollback()
    return found


def _columns() -> set[str]:
    return {column["name"] for column in sa.inspect(db.engine).get_columns("order_line")}
