"""How a change of the house begins and ends: by its version, so that of two people at once the second is told."""

from blinker import Signal
from sqlalchemy import update

from ..core.database import db
from .models import HouseState

# Sent within the transaction when settings, texts or shipping changed, for whoever keeps pages that show them.
house_changed = Signal()


def next_version() -> int:
    """Raise the version, and hold its row until the commit: changes of the house happen one after the other."""
    raised = (
        update(HouseState)
        .where(HouseState.id == 1)
        .values(version=HouseState.version + 1)
        .returning(HouseState.version)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(raised).scalar_one()


def tell() -> None:
    """Say within the transaction, at its end, that the house changed: the next request of any process sees it."""
    db.session.flush()
    house_changed.send()
