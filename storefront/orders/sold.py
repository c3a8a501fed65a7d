"""Tables of the single devices that were sold, as far as there is something to know of one beyond its line."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.database import Base, BigId, UtcDateTime
from .models import OrderLine

_WITH_ITS_BUYER = text("came_back_at IS NULL")


class SoldUnit(Base):
    """The `place`-th device of a line, from 1. There is a row once it has a serial number, or its guarantee changed."""

    __tablename__ = "sold_unit"
    __table_args__ = (
        UniqueConstraint("line_id", "place"),
        CheckConstraint("place > 0", "place"),
        CheckConstraint("extra_months >= 0", "extra_months"),
        # One device has one buyer at a time: what came back may be sold again.
        Index(
            "ix_sold_unit_serial",
            "serial",
            unique=True,
            sqlite_where=_WITH_ITS_BUYER,
            postgresql_where=_WITH_ITS_BUYER,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    place: Mapped[int]
    serial: Mapped[str | None] = mapped_column(String(40))
    # By how much repairs made its legal guarantee longer, in all.
    extra_months: Mapped[int] = mapped_column(default=0)
    # When it went back to its seller, sent back or never sent.
    came_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    line: Mapped[OrderLine] = relationship(back_populates="units")


class GuaranteeExtension(Base):
    """That a repair made a unit's legal guarantee longer; `cause` names the repair, so that it counts once."""

    __tablename__ = "guarantee_extension"
    __table_args__ = (Index("ix_guarantee_extension_unit_id", "unit_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("sold_unit.id"))
    cause: Mapped[str] = mapped_column(String(80), unique=True)
    months: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
