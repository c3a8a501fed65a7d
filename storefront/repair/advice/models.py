"""The table of repair bonuses: what a state or a scheme pays towards a repair, by country, category and date."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ...core.database import Base, BigId
from ..network.rules import CATEGORIES


class RepairBonus(Base):
    """So much off a labelled repairer's bill from `minimum_minor` on, since a day. The newest one that began counts.

    An amount of 0 says that the bonus came to an end. `until` is empty where the source names no end.
    """

    __tablename__ = "repair_bonus"
    __table_args__ = (
        CheckConstraint(f"category IN {CATEGORIES}", "category"),
        CheckConstraint("amount_minor >= 0 AND minimum_minor >= 0", "amounts"),
        CheckConstraint("until IS NULL OR until >= since", "until"),
        Index("uq_repair_bonus_country_category_since", "country", "category", "since", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    category: Mapped[str] = mapped_column(String(20))
    amount_minor: Mapped[int] = mapped_column(BigId)
    minimum_minor: Mapped[int] = mapped_column(BigId, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    since: Mapped[date]
    until: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200))
