"""Tables of the cart."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.database import Base, BigId, UtcDateTime
from .rules import MOST_UNITS


class Cart(Base):
    """One visitor's cart. Its token is in their session; here is only its SHA-256: a leaked table opens none."""

    __tablename__ = "cart"
    __table_args__ = (Index("ix_cart_updated_at", "updated_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    lines: Mapped[list["CartLine"]] = relationship(
        back_populates="cart", cascade="all, delete-orphan", passive_deletes=True, order_by="CartLine.id"
    )


class CartLine(Base):
    """Units of one offer. What was seen when it was added stays, so that a change can be told; so does the title, for
    an offer that the seller has taken away altogether.
    """

    __tablename__ = "cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "offer_id"),
        CheckConstraint(f"quantity BETWEEN 1 AND {MOST_UNITS}", "quantity"),
        Index("ix_cart_line_offer_id", "offer_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id", ondelete="CASCADE"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(300))
    quantity: Mapped[int]
    price_seen_minor: Mapped[int] = mapped_column(BigId)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    cart: Mapped[Cart] = relationship(back_populates="lines")
