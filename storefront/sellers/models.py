"""Tables of the sellers."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..core.database import Base, BigId, UtcDateTime
from .rules import OUTCOMES, STANDINGS


class Seller(Base):
    """A professional refurbisher, with the identity that the law wants beside each offer (DSA art. 30)."""

    __tablename__ = "seller"
    __table_args__ = (
        CheckConstraint(f"standing IN {STANDINGS}", "standing"),
        CheckConstraint("handling_days BETWEEN 0 AND 60", "handling_days"),
        CheckConstraint("guarantee_months BETWEEN 0 AND 120", "guarantee_months"),
        CheckConstraint("risk BETWEEN 0 AND 1", "risk"),
        CheckConstraint("open_units >= 0", "open_units"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    legal_name: Mapped[str] = mapped_column(String(200), default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    about_fr: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    region: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    register_number: Mapped[str] = mapped_column(String(40), default="")
    vat_id: Mapped[str] = mapped_column(String(20), default="")
    handling_days: Mapped[int] = mapped_column(default=2)
    guarantee_months: Mapped[int] = mapped_column(default=12)
    standing: Mapped[str] = mapped_column(String(12), default="probation")
    joined_on: Mapped[date]
    # Raised by each change by hand: who edits names the one that the page showed.
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    # Units that are ordered and have not arrived yet: `open_units` counts them.
    open_units: Mapped[int] = mapped_column(default=0, server_default="0")
    # What `rules.quality` made of the record when it was last looked at; `actions.refresh_quality` writes them.
    finished_lines: Mapped[int] = mapped_column(default=0)
    bad_lines: Mapped[float] = mapped_column(default=0.0)
    risk: Mapped[float] = mapped_column(default=0.0)


class SellerMember(Base):
    """A person who acts for a seller; one may act for several, and a seller have several people."""

    __tablename__ = "seller_member"
    __table_args__ = (Index("ix_seller_member_seller_id", "seller_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class SellerStanding(Base):
    """A change of a seller's standing: who made it, when, and why. Nobody's, when a file brought it."""

    __tablename__ = "seller_standing"
    __table_args__ = (
        CheckConstraint(f"from_standing IN {STANDINGS}", "from_standing"),
        CheckConstraint(f"to_standing IN {STANDINGS}", "to_standing"),
        Index("ix_seller_standing_seller_id_id", "seller_id", "id"),
        Index("ix_seller_standing_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    from_standing: Mapped[str] = mapped_column(String(12))
    to_standing: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)


class SellerInvitation(Base):
    """A mailed link that lets its reader act for a seller, once. Only the link's hash is kept here."""

    __tablename__ = "seller_invitation"
    __table_args__ = (
        CheckConstraint("email = lower(email)", "email"),
        Index("ix_seller_invitation_seller_id", "seller_id"),
        Index("ix_seller_invitation_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(254))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # Who invites.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class QualityEntry(Base):
    """One finished order line of a seller and how it ended; `reference` makes telling it twice harmless."""

    __tablename__ = "quality_entry"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", "outcome"),
        Index("uq_quality_entry_seller_reference", "seller_id", "reference", unique=True),
        Index("ix_quality_entry_finished_on", "finished_on"),
        Index("ix_quality_entry_seller_id_finished_on_id", "seller_id", "finished_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id", ondelete="CASCADE"))
    reference: Mapped[str] = mapped_column(String(80))
    finished_on: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(12))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
