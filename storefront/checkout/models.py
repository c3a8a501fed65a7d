"""Tables of the payments that a provider handles for us."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..core.database import Base, BigId, UtcDateTime

OUTCOMES = ("", "paid", "expired", "wrong")


class PaymentAttempt(Base):
    """One payment page of the provider for one order.

    Its row is made before the provider is asked, so that asking again (with the row's id as the key) gives the same
    page. `outcome` is empty while it is open; `wrong`: the provider's amount isn't ours, a person has to look.
    """

    __tablename__ = "payment_attempt"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", "outcome"),
        CheckConstraint("amount_minor > 0", "amount"),
        Index("ix_payment_attempt_order_id", "order_id"),
        Index("ix_payment_attempt_outcome", "outcome"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    session_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    url: Mapped[str] = mapped_column(Text, default="")
    amount_minor: Mapped[int] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(8), default="")


class PaymentEvent(Base):
    """A webhook that has been dealt with: the same again changes nothing."""

    __tablename__ = "payment_event"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    session_id: Mapped[str] = mapped_column(String(255), default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
