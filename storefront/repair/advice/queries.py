"""Reads of the advice, each with its number of SQL statements."""

from datetime import date

from sqlalchemy import select

from ...core.database import db
from .models import RepairBonus
from .rules import Bonus, is_sure


def bonus_of(country: str, category: str, today: date) -> RepairBonus | None:
    """The bonus that began last, unless it came to an end; one statement."""
    statement = (
        select(RepairBonus)
        .where(
            RepairBonus.country == country,
            RepairBonus.category == category,
            RepairBonus.since <= today,
        )
        .order_by(RepairBonus.since.desc())
        .limit(1)
    )
    bonus = db.session.scalar(statement)
    return bonus if bonus and bonus.amount_minor else None


def as_bonus(row: RepairBonus | None, currency: str, today: date) -> Bonus | None:
    """The row, as the rules reckon with it; none in another currency, which says nothing about prices in this one."""
    if row is None or row.currency != currency:
        return None
    return Bonus(row.amount_minor, row.minimum_minor, sure=is_sure(row.since, row.until, today))


def all_bonuses() -> list[RepairBonus]:
    """The whole table, the newest of each first; one statement."""
    order = (RepairBonus.country, RepairBonus.category, RepairBonus.since.desc())
    return list(db.session.scalars(select(RepairBonus).order_by(*order)))
