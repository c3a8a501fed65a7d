"""The demo shop's rows, made once; and a demo shop of a given day, loaded at the second try."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import create_app
from storefront.catalog.models import Offer
from storefront.config import load_settings
from storefront.core.database import db
from storefront.demo.generator import offer_rows, quality_rows
from storefront.demo.loading import Loaded, load_demo
from storefront.orders.models import ShopOrder

from ..databases import LoadedShops

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LoadedShop:
    """A demo shop of `now`. A first load was cut short at its fortieth order, and left `left_by_the_cut` rows."""

    app: Flask
    now: datetime
    loaded: Loaded
    left_by_the_cut: dict[str, int]


class CutShort(Exception):
    """The process that loads is gone."""


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY


@pytest.fixture(scope="session")
def offers() -> list[dict[str, str]]:
    return list(offer_rows(TODAY))


@pytest.fixture(scope="session")
def history() -> list[dict[str, str]]:
    return list(quality_rows(TODAY))


@pytest.fixture(scope="session")
def loaded_once(loaded_shops: LoadedShops) -> Iterator[LoadedShop]:
    """Loaded once. No context is left open: commands of later tests would end up in this shop."""
    copy = loaded_shops.copy("cut", load_at_the_second_try)
    app = create_app(load_settings(copy.instance, copy.environ))
    app.config["TESTING"] = True
    left, loaded = copy.result
    yield LoadedShop(app, NOON, loaded, left)
    with app.app_context():
        db.engine.dispose()


def load_at_the_second_try(app: Flask) -> tuple[dict[str, int], Loaded]:
    return load_until_the_fortieth_order(app), load_demo(app.config["SETTINGS"], now=NOON)


@pytest.fixture
def loaded_shop(loaded_once: LoadedShop) -> Iterator[LoadedShop]:
    """The loaded shop, for tests that only look at it, with its application as the current one."""
    with loaded_once.app.app_context():
        yield loaded_once


def load_until_the_fortieth_order(app: Flask) -> dict[str, int]:
    """Cut a load short; gives the rows that it has left by table."""
    orders = 0

    def cut(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal orders
        orders += statement.startswith("INSERT INTO shop_order ")
        if orders == 40:
            raise CutShort

    sa.event.listen(db.engine, "before_cursor_execute", cut)
    try:
        with pytest.raises(CutShort):
            load_demo(app.config["SETTINGS"], now=NOON)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", cut)
    left = {table.__name__: db.session.query(table).count() for table in (Offer, ShopOrder)}
    db.session.rollback()
    return left
