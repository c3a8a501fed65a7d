"""Changing the table of repair bonuses."""

from datetime import date

from sqlalchemy import select

from ...core.database import db
from ...core.money import Money
from .models import RepairBonus


def set_bonus(
    *,
    country: str,
    category: str,
    amount: Money,
    minimum: Money,
    since: date,
    until: date | None,
    source: str,
) -> RepairBonus:
    """Note what is paid towards a repair from a day on; said again for that day, it replaces what was said."""
    known = select(RepairBonus).where(
        RepairBonus.country == country, RepairBonus.category == category, RepairBonus.since == since
    )
    bonus = db.session.scalar(known) or RepairBonus(country=country, category=category, since=since)
    bonus.amount_minor, bonus.minimum_minor, bonus.currency = amount.minor, minimum.minor, amount.currency
    bonus.until, bonus.source = until, source
    db.session.add(bonus)
    db.session.flush()
    return bonus
