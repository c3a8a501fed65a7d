"""Tables of what the shop's people change while it runs.

Who changed a row is told by number only: people belong to a room above, and may be gone one day.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.database import Base, BigId, UtcDateTime
from .rules import LANGUAGES, LONGEST_TEXT, METHODS, TEXTS


class HouseState(Base):
    """One row: a number that every change of this room raises by one, under its row lock."""

    __tablename__ = "house_state"
    __table_args__ = (CheckConstraint("id = 1", "single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigId)


class HouseSetting(Base):
    """A setting as somebody wants it; without a `value`, as the file has it again. `version` is when it was changed."""

    __tablename__ = "house_setting"

    section: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigId)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(BigId)


class HouseText(Base):
    """A text of the shop's own in one language; without a `body`, the built-in one again."""

    __tablename__ = "house_text"
    __table_args__ = (
        CheckConstraint(f"name IN {TEXTS}", "name"),
        CheckConstraint(f"language IN {LANGUAGES}", "language"),
        CheckConstraint(f"length(body) <= {LONGEST_TEXT}", "body"),
    )

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    body: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigId)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(BigId)


class ShippingZone(Base):
    """Countries that parcels go to at the same prices. Without any zone, the settings of `[shipping]` are the one."""

    __tablename__ = "shipping_zone"
    __table_args__ = (CheckConstraint("name <> ''", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    version: Mapped[int] = mapped_column(BigId)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(BigId)

    countries: Mapped[list["ShippingCountry"]] = relationship(
        cascade="all, delete-orphan", order_by="ShippingCountry.code"
    )
    methods: Mapped[list["ShippingMethod"]] = relationship(
        cascade="all, delete-orphan", order_by="ShippingMethod.code.desc()"
    )


class ShippingCountry(Base):
    """A country belongs to one zone at most."""

    __tablename__ = "shipping_country"
    __table_args__ = (Index("ix_shipping_country_zone_id", "zone_id"),)

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    zone_id: Mapped[int] = mapped_column(ForeignKey("shipping_zone.id", ondelete="CASCADE"))


class ShippingMethod(Base):
    """A way to send parcels to a zone: switched on where there is a row for it."""

    __tablename__ = "shipping_method"
    __table_args__ = (
        UniqueConstraint("zone_id", "code"),
        CheckConstraint(f"code IN {METHODS}", "code"),
        CheckConstraint("travel_days BETWEEN 0 AND 60", "travel_days"),
        CheckConstraint("free_from_minor >= 0", "free_from"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    zone_id: Mapped[int] = mapped_column(ForeignKey("shipping_zone.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(10))
    travel_days: Mapped[int]
    # For a parcel whose goods cost so much, or more.
    free_from_minor: Mapped[int | None] = mapped_column(BigId)

    steps: Mapped[list["ShippingStep"]] = relationship(
        cascade="all, delete-orphan", order_by="ShippingStep.position"
    )


class ShippingStep(Base):
    """What a parcel of up to so many grams costs; the last step has no end."""

    __tablename__ = "shipping_step"
    __table_args__ = (
        CheckConstraint("up_to_g > 0", "up_to"),
        CheckConstraint("price_minor >= 0", "price"),
    )

    method_id: Mapped[int] = mapped_column(
        ForeignKey("shipping_method.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    up_to_g: Mapped[int | None]
    price_minor: Mapped[int] = mapped_column(BigId)
