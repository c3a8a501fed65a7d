"""Tables of the quotes: a firm's request, what was proposed, chosen and agreed, version by version; what is held."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...core.database import Base, BigId, UtcDateTime
from ...orders.rules import ON_INVOICE
from ..wishes.rules import PAYMENTS, UNIFORMITIES
from .rules import ADJUSTED, CHOSEN, KINDS, PROPOSAL, REQUEST, SIDES, STATES

# The alternatives, as the allocation calls them; none for what is no alternative.
ALTERNATIVES = ("", "value", "uniform", "lasting")


class Quote(Base):
    """A firm's request and what became of it. Who asks is blanked some time after the end, unless it was ordered.

    The link is made of `nonce` and the shop's key (`tokens`); only its hash is kept.
    """

    __tablename__ = "quote"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", "state"),
        CheckConstraint("(state = 'ordered') = (order_id IS NOT NULL)", "ordered"),
        CheckConstraint("state != 'open' OR offered IS NOT NULL", "offered"),
        Index("ix_quote_person_id_id", "person_id", "id"),
        Index("ix_quote_state_id", "state", "id"),
        Index("ix_quote_expires_at", "expires_at"),
        Index("ix_quote_remind_at", "remind_at"),
        Index("ix_quote_blank_at", "blank_at"),
        # The quotes of one firm, for what is held for it.
        Index("ix_quote_mailbox_key", "mailbox_key"),
        Index("ix_quote_register_key", "register_key"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    nonce: Mapped[str] = mapped_column(String(64))
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    # Made with the page: the same form sent twice makes one quote.
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    # The number of the version whose prices are in force.
    offered: Mapped[int | None]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("shop_order.id"), unique=True)

    name: Mapped[str] = mapped_column(String(200))
    register_number: Mapped[str] = mapped_column(String(40), default="")
    vat_id: Mapped[str] = mapped_column(String(20), default="")
    contact: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40), default="")
    street: Mapped[str] = mapped_column(String(200))
    street_more: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(20))
    city: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    delivery_name: Mapped[str] = mapped_column(String(200))
    delivery_street: Mapped[str] = mapped_column(String(200))
    delivery_street_more: Mapped[str] = mapped_column(String(200), default="")
    delivery_postcode: Mapped[str] = mapped_column(String(20))
    delivery_city: Mapped[str] = mapped_column(String(120))
    delivery_country: Mapped[str] = mapped_column(String(2))
    purchase_order: Mapped[str] = mapped_column(String(80), default="")
    mailbox_key: Mapped[str] = mapped_column(String(254))
    register_key: Mapped[str] = mapped_column(String(40), default="")
    # Who ticked the box, in their own words.
    accepted_name: Mapped[str] = mapped_column(String(120), default="")

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Of a live quote: until when it may be chosen, or holds. What is due next; empty when nothing is.
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    blank_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    blanked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    versions: Mapped[list["QuoteVersion"]] = relationship(
        back_populates="quote", order_by="QuoteVersion.number"
    )
    messages: Mapped[list["QuoteMessage"]] = relationship(back_populates="quote", order_by="QuoteMessage.id")
    holds: Mapped[list["UnitHold"]] = relationship(
        back_populates="quote", order_by="UnitHold.offer_id", cascade="all, delete-orphan"
    )

    @property
    def version(self) -> int:
        """What a person saw of it: the number of its newest version. A message changes nothing that was seen."""
        return max((version.number for version in self.versions), default=0)

    def numbered(self, number: int) -> "QuoteVersion":
        return next(version for version in self.versions if version.number == number)

    @property
    def in_force(self) -> "QuoteVersion | None":
        """The version whose lines and prices hold, or held when it ended; none while nothing was chosen."""
        return None if self.offered is None else self.numbered(self.offered)

    @property
    def request(self) -> "QuoteVersion":
        """What was asked for last."""
        return next(version for version in reversed(self.versions) if version.kind == REQUEST)

    @property
    def proposals(self) -> list["QuoteVersion"]:
        """The alternatives that were worked out last; none before, and none of an earlier request's."""
        found: list[QuoteVersion] = []
        for version in self.versions:
            if version.kind == REQUEST:
                found = []
            elif version.kind == PROPOSAL:
                found.append(version)
        return found

    @property
    def held(self) -> dict[int, int]:
        """Units that are held for it, by offer."""
        return {hold.offer_id: hold.quantity for hold in self.holds}


class QuoteVersion(Base):
    """A moment of a quote, frozen. `wishes` belong to a request, `lines` and `parcels` to a proposal and to what an
    operator adjusted; the others name the version whose prices they are about (`prices_of`).

    `request_of` is the number of the request that the lines answer.
    """

    __tablename__ = "quote_version"
    __table_args__ = (
        UniqueConstraint("quote_id", "number"),
        CheckConstraint("number > 0", "number"),
        CheckConstraint(f"kind IN {KINDS}", "kind"),
        CheckConstraint(f"by_side IN {SIDES}", "by_side"),
        CheckConstraint(f"alternative IN {ALTERNATIVES}", "alternative"),
        CheckConstraint(f"payment IN {PAYMENTS}", "payment"),
        Index("ix_quote_version_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    by_side: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Why, in the words of whoever did it.
    note: Mapped[str] = mapped_column(Text, default="")
    alternative: Mapped[str] = mapped_column(String(8), default="")
    request_of: Mapped[int | None]
    prices_of: Mapped[int | None]
    payment: Mapped[str] = mapped_column(String(20))
    # Within how many days of its date an invoice is paid; none where nothing is bought on account.
    invoice_days: Mapped[int | None]
    wanted_on: Mapped[date | None]
    vat_only: Mapped[bool] = mapped_column(default=False)
    # What the operator agreed with the firm beside lines and prices.
    terms: Mapped[str] = mapped_column(Text, default="")
    # How far from the best an alternative can be at most, as a share of its price; 0 is proved to be the best.
    gap: Mapped[float | None]

    quote: Mapped[Quote] = relationship(back_populates="versions")
    wishes: Mapped[list["QuoteWish"]] = relationship(back_populates="version", order_by="QuoteWish.position")
    lines: Mapped[list["QuoteLine"]] = relationship(back_populates="version", order_by="QuoteLine.position")
    parcels: Mapped[list["QuoteParcel"]] = relationship(
        back_populates="version", order_by="QuoteParcel.position"
    )

    @property
    def asks_for_credit(self) -> bool:
        """Whether the goods would go before the money, and nobody of the shop has said yes to that: the operator does
        by a version of its own.
        """
        return self.payment == ON_INVOICE and self.kind != ADJUSTED

    @property
    def is_offer(self) -> bool:
        """Whether it set the prices that were in force from then on."""
        return self.kind in (CHOSEN, ADJUSTED)


class QuoteWish(Base):
    """A line of a request, as `fleet.wishes.rules.Wish`; `position` from 0."""

    __tablename__ = "quote_wish"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        CheckConstraint("quantity > 0 AND spare >= 0", "units"),
        CheckConstraint(f"uniformity IN {UNIFORMITIES}", "uniformity"),
        Index("ix_quote_wish_model_id", "model_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("quote_version.id"))
    position: Mapped[int]
    quantity: Mapped[int]
    spare: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text, default="")
    model_id: Mapped[int | None] = mapped_column(ForeignKey("model.id", ondelete="SET NULL"))
    category: Mapped[str | None] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text, default="")
    storage_gb: Mapped[int | None]
    grade: Mapped[str] = mapped_column(String(12))
    battery: Mapped[int | None]
    budget: Mapped[int | None] = mapped_column(BigId)
    uniformity: Mapped[str] = mapped_column(String(8))
    wanted_on: Mapped[date | None]

    version: Mapped[QuoteVersion] = relationship(back_populates="wishes")


class QuoteLine(Base):
    """Units of one offer for one wish (`wish` is its position), as they were proposed."""

    __tablename__ = "quote_line"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        CheckConstraint("quantity > 0", "quantity"),
        CheckConstraint("price_minor > 0 AND list_price_minor > 0", "price"),
        Index("ix_quote_line_offer_id", "offer_id"),
        Index("ix_quote_line_seller_id", "seller_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("quote_version.id"))
    position: Mapped[int]
    wish: Mapped[int]
    # Empty once the seller took the offer away; what was proposed stays here.
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id", ondelete="SET NULL"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    seller_name: Mapped[str] = mapped_column(String(120))
    sku: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(300))
    product_slug: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(80))
    grade: Mapped[str] = mapped_column(String(12))
    battery_percent: Mapped[int | None]
    guarantee_months: Mapped[int]
    sent_weight_g: Mapped[int]
    wanted_on: Mapped[date | None]
    vat_scheme: Mapped[str] = mapped_column(String(10))
    # Hundredths of a percent: 2000 is 20 %.
    vat_rate: Mapped[int]
    quantity: Mapped[int]
    # Of one unit, VAT included: the offer's own price, and that of the quote.
    list_price_minor: Mapped[int] = mapped_column(BigId)
    price_minor: Mapped[int] = mapped_column(BigId)
    purchase_price_minor: Mapped[int | None] = mapped_column(BigId)
    purchase_reference: Mapped[str | None] = mapped_column(String(80))
    purchase_date: Mapped[date | None]
    # What a unit cost new, when and where it was asked.
    new_price_minor: Mapped[int | None] = mapped_column(BigId)
    new_price_on: Mapped[date | None]
    new_price_source: Mapped[str] = mapped_column(String(160), default="")
    # What one unit avoids against a new one, in kg CO2e per device or year; none where there is no trustworthy figure.
    impact_avoided_kg: Mapped[float | None]
    impact_new_kg: Mapped[float | None]
    impact_refurbished_kg: Mapped[float | None]
    impact_per: Mapped[str] = mapped_column(String(10), default="")
    impact_source: Mapped[str] = mapped_column(String(300), default="")
    impact_year: Mapped[int | None]
    impact_url: Mapped[str] = mapped_column(String(500), default="")

    version: Mapped[QuoteVersion] = relationship(back_populates="lines")

    @property
    def vat_percent(self) -> Decimal:
        return Decimal(self.vat_rate) / 100

    @property
    def gross_minor(self) -> int:
        return self.price_minor * self.quantity

    @property
    def parcel_key(self) -> tuple[int, date | None]:
        """What travels together: a seller's units for one day."""
        return self.seller_id, self.wanted_on


class QuoteParcel(Base):
    """What one seller sends for one day: a parcel of the order that this may become."""

    __tablename__ = "quote_parcel"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        CheckConstraint("shipping_minor >= 0", "shipping"),
        Index("ix_quote_parcel_seller_id", "seller_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("quote_version.id"))
    position: Mapped[int]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    seller_name: Mapped[str] = mapped_column(String(120))
    wanted_on: Mapped[date | None]
    shipping_minor: Mapped[int] = mapped_column(BigId)
    handling_days: Mapped[int]
    travel_days: Mapped[int]

    version: Mapped[QuoteVersion] = relationship(back_populates="parcels")

    @property
    def key(self) -> tuple[int, date | None]:
        return self.seller_id, self.wanted_on


class QuoteMessage(Base):
    """What the firm and the operators say to each other on a quote."""

    __tablename__ = "quote_message"
    __table_args__ = (
        CheckConstraint(f"side IN {SIDES}", "side"),
        Index("ix_quote_message_quote_id", "quote_id"),
        Index("ix_quote_message_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    side: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)

    quote: Mapped[Quote] = relationship(back_populates="messages")


class UnitHold(Base):
    """Units that are out of stock for an open quote: sold when it is accepted, back in stock when it ends otherwise.

    An offer's stock, what is held of it and what was sold always come to what there was.
    """

    __tablename__ = "unit_hold"
    __table_args__ = (
        UniqueConstraint("quote_id", "offer_id"),
        CheckConstraint("quantity > 0", "quantity"),
        Index("ix_unit_hold_offer_id", "offer_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"))
    # An offer that its seller takes away has no units left to give back.
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"))
    quantity: Mapped[int]

    quote: Mapped[Quote] = relationship(back_populates="holds")
