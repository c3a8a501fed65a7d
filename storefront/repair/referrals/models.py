"""Tables of the referrals: a case in the hands of one repairer, and what happened to it."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...core.database import Base, BigId, UtcDateTime
from ...core.money import Money
from ..network.models import Repairer
from ..network.rules import REPAIRED_THINGS, WAYS
from .rules import GUARANTEE, KINDS, SIDES, STATES, UNTOLD

if TYPE_CHECKING:
    from ...sellers.models import Seller

COMPARED_WITH = ("", "refurbished", "new")


class Referral(Base):
    """A customer's case, handed to a repairer or (kind `guarantee`) to the seller of the unit.

    The links of both sides are made of `nonce` and the shop's key (`tokens`); only their hashes are kept. Who asks, and
    what they wrote, is blanked some time after the end; the hashes with it.
    """

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", "kind"),
        CheckConstraint(f"state IN {STATES}", "state"),
        CheckConstraint(f"category IN {REPAIRED_THINGS}", "category"),
        CheckConstraint(f"way IN {WAYS}", "way"),
        CheckConstraint(f"compared_with IN {COMPARED_WITH}", "compared_with"),
        CheckConstraint("rating BETWEEN 1 AND 5", "rating"),
        CheckConstraint("quote_minor >= 0 AND bonus_minor BETWEEN 0 AND quote_minor", "quote"),
        CheckConstraint(
            "bonus_minor = 0 OR (kind = 'network' AND NOT firm AND legal_until IS NULL)", "bonus"
        ),
        CheckConstraint("seller_until IS NULL OR legal_until IS NOT NULL", "covered"),
        CheckConstraint(
            "(kind = 'network' AND repairer_id IS NOT NULL AND line_id IS NULL) OR "
            "(kind = 'guarantee' AND repairer_id IS NULL AND seller_id IS NOT NULL AND line_id IS NOT NULL)",
            "other_side",
        ),
        Index("ix_referral_repairer_id", "repairer_id"),
        Index("ix_referral_seller_id_state", "seller_id", "state"),
        Index("ix_referral_line_id", "line_id"),
        Index("ix_referral_person_id", "person_id"),
        Index("ix_referral_state_id", "state", "id"),
        Index("ix_referral_remind_at", "remind_at"),
        Index("ix_referral_expire_at", "expire_at"),
        Index("ix_referral_blank_at", "blank_at"),
        Index("ix_referral_late_at", "late_at"),
        Index("ix_referral_answered_at", "answered_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    # Made with the page: the same form sent twice makes one referral.
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    nonce: Mapped[str] = mapped_column(String(64))
    customer_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    repairer_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(16))
    repairer_id: Mapped[int | None] = mapped_column(ForeignKey("repairer.id"))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("seller.id"))
    # The unit under guarantee.
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    place: Mapped[int] = mapped_column(default=1)
    # The referral that ended before this repairer was asked.
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id"), unique=True)

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    language: Mapped[str] = mapped_column(String(2))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    # The fault in the customer's own words, and when it would suit.
    words: Mapped[str] = mapped_column(Text, default="")
    times: Mapped[str] = mapped_column(String(200), default="")
    way: Mapped[str] = mapped_column(String(12))
    place_text: Mapped[str] = mapped_column(String(80), default="")
    town: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str] = mapped_column(String(2))
    firm: Mapped[bool] = mapped_column(default=False)
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    category: Mapped[str] = mapped_column(String(20))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("model.id", ondelete="SET NULL"))
    # As its customer calls it; once that is blanked, its model's name, or empty.
    device: Mapped[str] = mapped_column(String(160))
    fault: Mapped[str] = mapped_column(String(40))
    # Both guarantees' last days, where one of them ran on the day the case was handed over: no bonus is paid then.
    legal_until: Mapped[date | None]
    seller_until: Mapped[date | None]
    # The last day of what the law gives a seller, under the legal guarantee; none under the seller's own alone.
    conform_by: Mapped[date | None]
    # What the same device cost on the day of the referral, for the figures.
    compared_minor: Mapped[int | None] = mapped_column(BigId)
    compared_with: Mapped[str] = mapped_column(String(12), default="")

    currency: Mapped[str] = mapped_column(String(3))
    quote_minor: Mapped[int | None] = mapped_column(BigId)
    # What of the quote a repair bonus pays.
    bonus_minor: Mapped[int] = mapped_column(BigId, default=0)
    meeting_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rating: Mapped[int | None]
    rating_words: Mapped[str] = mapped_column(String(500), default="")

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When the repairer first said yes or no, and how long that took, in seconds.
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_after: Mapped[int | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What is due next; empty when nothing is.
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expire_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    blank_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    blanked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    repairer: Mapped[Repairer | None] = relationship()
    seller: Mapped["Seller | None"] = relationship()
    events: Mapped[list["ReferralEvent"]] = relationship(
        back_populates="referral", order_by="ReferralEvent.id"
    )

    @property
    def version(self) -> int:
        """What a person saw of it: the number of its newest event. A reminder changes nothing that was seen."""
        return max((event.id for event in self.events if event.verb not in ("remind", "late")), default=0)

    @property
    def covered(self) -> bool:
        """Whether it was under guarantee when it was handed over, whoever repairs it."""
        return self.kind == GUARANTEE or self.legal_until is not None

    @property
    def quote(self) -> Money | None:
        return None if self.quote_minor is None else Money(self.quote_minor, self.currency)

    @property
    def bonus(self) -> Money:
        return Money(self.bonus_minor, self.currency)


class ReferralEvent(Base):
    """What happened, when, by which side. Rows are added; only what people wrote is blanked in the end."""

    __tablename__ = "referral_event"
    __table_args__ = (
        CheckConstraint(f"side IN {SIDES}", "side"),
        Index("ix_referral_event_referral_id", "referral_id"),
        Index("ix_referral_event_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    side: Mapped[str] = mapped_column(String(12))
    # Who that was, at the desk.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    verb: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str] = mapped_column(String(16), default="")
    to_state: Mapped[str] = mapped_column(String(16), default="")
    # A price, a time, stars: no words of a person's.
    fact: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(Text, default="")

    referral: Mapped[Referral] = relationship(back_populates="events")

    @property
    def told_note(self) -> str:
        """The note, as far as it is for the two sides; the rest is the shop's own."""
        return "" if self.verb in UNTOLD else self.note
