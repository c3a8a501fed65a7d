"""What sellers take off their prices when a firm buys many."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...core.database import Base, BigId


class VolumeDiscount(Base):
    """From so many units of this seller in one quote on, each costs `percent` less."""

    __tablename__ = "volume_discount"
    __table_args__ = (
        UniqueConstraint("seller_id", "from_units"),
        CheckConstraint("from_units > 1", "from_units"),
        CheckConstraint("percent BETWEEN 1 AND 50", "percent"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    from_units: Mapped[int]
    percent: Mapped[int]
