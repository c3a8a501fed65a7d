"""Units on their way to buyers, counted for each seller, so that one on probation never has more than its cap.

Counted for all sellers, since a standing may change. `rules.room_for` says what the count is for.
"""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import Row, or_, select, update

from ..config import current_settings
from ..core.database import db
from .errors import NoRoom
from .models import Seller
from .rules import PROBATION


def begin(units: Mapping[int, int]) -> list[int]:
    """Count these units (seller id -> how many) as on their way. Raises `NoRoom` when one has no room for them.

    By one conditional statement for each, so that of two orders at once only one gets the last place; in the order of
    their ids, so that two orders never wait for each other in a circle. Returns the sellers that are full by now.
    """
    cap = current_settings().sellers.probation_units
    full = []
    for seller_id, count in sorted(units.items()):
        fits = or_(Seller.standing != PROBATION, Seller.open_units + count <= cap)
        row = _counted(seller_id, count, fits)
        if row is None:
            raise NoRoom(_no_room(seller_id))
        if row.standing == PROBATION and row.open_units >= cap:
            full.append(seller_id)
    return full


def end(units: Mapping[int, int]) -> list[int]:
    """These units (seller id -> how many) have arrived, or never will. Returns the sellers that were full until now."""
    cap = current_settings().sellers.probation_units
    freed = []
    for seller_id, count in sorted(units.items()):
        row = _counted(seller_id, -count)
        if row and row.standing == PROBATION and row.open_units < cap <= row.open_units + count:
            freed.append(seller_id)
    return freed


def _counted(seller_id: int, count: int, *conditions: object) -> Row[str, int] | None:
    statement = (
        update(Seller)
        .where(Seller.id == seller_id, *conditions)  # type: ignore[arg-type]
        .values(open_units=Seller.open_units + count)
        .returning(Seller.standing, Seller.open_units)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(statement).one_or_none()


def _no_room(seller_id: int) -> str:
    name = db.session.scalar(select(Seller.name).where(Seller.id == seller_id))
    return _(
        "%(seller)s is new here, and by now has as many orders under way as a newcomer may. Nothing was ordered; "
        "please look again.",
        seller=name,
    )
