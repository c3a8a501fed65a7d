"""The towns that the demo shop's visitors may live in, read beside the rest so that nobody waits for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from ..core.database import db, transaction
from ..house.running import current_house
from ..repair.network.models import TownName
from ..repair.network.town_import import TownsBeingRead, import_towns


@contextmanager
def towns_beside() -> Iterator[None]:
    """Read the towns while the block does its work, and keep them when it is done; nothing where some are known."""
    if db.session.scalar(select(TownName.id).limit(1)) is not None:
        yield
        return
    being_read = TownsBeingRead(current_house().tariff.countries)
    try:
        yield
        with transaction():
            import_towns(being_read.lines())
    finally:
        being_read.stop()
