"""The shop with its guards of the stock off: `python -m tests.faults.unguarded`. The race must go wrong here.

Stock is read, thought about and written back, as a shop would do it that had never met two customers at once.
"""

import time
from collections.abc import Mapping

from sqlalchemy import Connection, select, update

from storefront import serve
from storefront.catalog.changes import record_changes
from storefront.catalog.errors import OutOfStock
from storefront.catalog.models import Offer
from storefront.core import database
from storefront.core.database import db
from storefront.orders import placing
from storefront.sellers import open_units


def take_units_naively(quantities: Mapping[int, int]) -> None:
    products = []
    for offer_id, quantity in quantities.items():
        offer = db.session.execute(select(Offer.stock, Offer.product_id).where(Offer.id == offer_id)).one()
        if offer.stock < quantity:
            raise OutOfStock("Too late.", offer_id=offer_id)
        time.sleep(0.05)
        db.session.execute(
            update(Offer)
            .where(Offer.id == offer_id)
            .values(stock=offer.stock - quantity)
            .execution_options(synchronize_session=False)
        )
        products.append(offer.product_id)
    record_changes(products, text=False)


def count_nothing(_units: Mapping[int, int]) -> list[int]:
    """On PostgreSQL the row of the seller, whose units on their way are counted, would stay locked till the end."""
    return []


def begin_nothing(_connection: Connection) -> None:
    """On SQLite each statement stands for itself: the lock of the transaction would guard the stock, too."""


if __name__ == "__main__":
    setattr(placing, "take_units", take_units_naively)  # noqa: B010
    setattr(open_units, "begin", count_nothing)  # noqa: B010
    setattr(database, "_begin_sqlite", begin_nothing)  # noqa: B010
    serve.main([])
