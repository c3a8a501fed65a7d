"""Suspending a seller, restoring it, ending its probation: each with a reason, logged, and told to the seller.

Regulation (EU) 2019/1150, art. 4(1): whoever restricts or suspends a business gives it the reasons, in writing, before
or as it takes effect.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update

from ..core.database import db
from . import letters
from .actions import sellers_changed
from .errors import SellerChanged
from .models import Seller, SellerStanding
from .rules import ACTIVE, CONFIRM, MOVES_FROM, PROBATION, SUSPEND, SUSPENDED


def change_standing(
    *, seller_id: int, move: str, reason: str, seen: int, person_id: int, now: datetime
) -> None:
    """Do one of `rules.MOVES`. `seen` is the version of the seller that the page showed; raises `SellerChanged`.

    Its offers leave the shelves and carts, or come back, with the caller's commit; orders go on.
    """
    before = db.session.scalars(
        select(Seller)
        .where(Seller.id == seller_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if before.version != seen or before.standing not in MOVES_FROM[move]:
        raise SellerChanged(
            _("Somebody else has just changed this seller. Nothing was saved; please look again.")
        )
    after = _after(move, seller_id)
    note_standing(before, after, reason=reason, person_id=person_id, now=now)
    db.session.execute(
        update(Seller).where(Seller.id == seller_id).values(standing=after, version=Seller.version + 1)
    )
    db.session.flush()
    sellers_changed.send(seller_ids=[seller_id])
    letters.standing_changed(before, move, reason, version=seen + 1, now=now)


def _after(move: str, seller_id: int) -> str:
    if move == SUSPEND:
        return SUSPENDED
    if move == CONFIRM:
        return ACTIVE
    # Where it stood when it was suspended; one that a file brought in suspended has a record to make yet.
    statement = (
        select(SellerStanding.from_standing)
        .where(SellerStanding.seller_id == seller_id, SellerStanding.to_standing == SUSPENDED)
        .order_by(SellerStanding.id.desc())
    )
    return db.session.scalars(statement.limit(1)).one_or_none() or PROBATION


def note_standing(seller: Seller, after: str, *, reason: str, person_id: int | None, now: datetime) -> None:
    """Write into the log what `seller` is about to become."""
    db.session.add(
        SellerStanding(
            seller_id=seller.id,
            person_id=person_id,
            at=now,
            from_standing=seller.standing,
            to_standing=after,
            reason=reason,
        )
    )
