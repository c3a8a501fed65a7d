"""Tables of the orders. Lines and parcels copy what was agreed, so that history never changes with the catalogue."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.database import Base, BigId, UtcDateTime
from ..core.money import Money
from .rules import (
    ON_INVOICE,
    PAY_AT_PICKUP,
    ROLES,
    SHIPPING_METHODS,
    STATES,
    Paying,
    balance,
    order_state,
)

if TYPE_CHECKING:
    from .documents import Refund
    from .sold import SoldUnit


class ShopOrder(Base):
    """What one customer bought in one go. `token` is the secret of its page's address, and goes into its mails."""

    __tablename__ = "shop_order"
    __table_args__ = (
        CheckConstraint("total_minor = goods_minor + shipping_minor", "total"),
        CheckConstraint("goods_minor > 0 AND shipping_minor >= 0", "amounts"),
        CheckConstraint("refunded_minor BETWEEN 0 AND paid_minor", "refunded"),
        CheckConstraint("(paid_at IS NULL) = (paid_minor = 0)", "paid"),
        CheckConstraint("due_back_minor >= 0", "due_back"),
        Index("ix_shop_order_placed_at", "placed_at"),
        Index("ix_shop_order_person_id_placed_at", "person_id", "placed_at"),
        Index("ix_shop_order_email", "email"),
        # Looked through whole, for a word within: narrow enough for that.
        Index("ix_shop_order_search_text", "search_text"),
        Index(
            "ix_shop_order_due_back_minor",
            "due_back_minor",
            sqlite_where=text("due_back_minor > 0"),
            postgresql_where=text("due_back_minor > 0"),
        ),
        Index("ix_shop_order_paid_minor_pay_by", "paid_minor", "pay_by"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    # Made with the checkout page: the same form sent twice makes one order.
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    # In whose account it is listed; nobody needs one to order.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    language: Mapped[str] = mapped_column(String(2))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(40), default="")
    street: Mapped[str] = mapped_column(String(200))
    street_more: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(20))
    city: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    payment_method: Mapped[str] = mapped_column(String(20))
    # What the bank or the provider calls the payment.
    payment_reference: Mapped[str | None] = mapped_column(String(255), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    goods_minor: Mapped[int] = mapped_column(BigId)
    shipping_minor: Mapped[int] = mapped_column(BigId)
    total_minor: Mapped[int] = mapped_column(BigId)
    paid_minor: Mapped[int] = mapped_column(BigId, default=0)
    # Paid back, or on its way.
    refunded_minor: Mapped[int] = mapped_column(BigId, default=0)
    # What `balance` says is to be paid back, for lists to be found by.
    due_back_minor: Mapped[int] = mapped_column(BigId, default=0)
    # Number, name, mail address and postcode, folded (`core.folding`): what the desk finds it by.
    search_text: Mapped[str] = mapped_column(String(450), default="")
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Until then the units are kept: to be paid, or to be picked up and paid.
    pay_by: Mapped[datetime] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # Of a firm that buys: who it is, where its invoices go, and what its books call the order. Empty for people.
    firm_name: Mapped[str | None] = mapped_column(String(200))
    register_number: Mapped[str | None] = mapped_column(String(40))
    vat_id: Mapped[str | None] = mapped_column(String(20))
    billing_street: Mapped[str | None] = mapped_column(String(200))
    billing_street_more: Mapped[str | None] = mapped_column(String(200))
    billing_postcode: Mapped[str | None] = mapped_column(String(20))
    billing_city: Mapped[str | None] = mapped_column(String(120))
    billing_country: Mapped[str | None] = mapped_column(String(2))
    purchase_order: Mapped[str | None] = mapped_column(String(80))
    # Paid on account: within so many days of each invoice; and the day on which all that was sent so far is due.
    invoice_days: Mapped[int | None]
    due_on: Mapped[date | None]

    parcels: Mapped[list["Parcel"]] = relationship(back_populates="order", order_by="Parcel.id")
    events: Mapped[list["OrderEvent"]] = relationship(back_populates="order", order_by="OrderEvent.id")
    refunds: Mapped[list["Refund"]] = relationship(back_populates="order", order_by="Refund.id")

    @property
    def version(self) -> int:
        """What a person saw of it: the number of its newest event."""
        return max((event.id for event in self.events), default=0)

    @property
    def state(self) -> str:
        return order_state([parcel.status for parcel in self.parcels])

    @property
    def paying(self) -> Paying:
        return Paying(
            at_counter=self.payment_method == PAY_AT_PICKUP,
            money_came=self.paid_minor > 0,
            on_account=self.payment_method == ON_INVOICE,
        )

    @property
    def balance(self) -> Money:
        """Above 0 to be paid back to the customer, below 0 to be paid by the customer."""
        # What still waits at a counter is owed there, to that seller, and never set off against another's parcel.
        parcels = [p for p in self.parcels if p.paying.money_came] if self.paying.at_counter else self.parcels
        minor = balance(
            total=sum(parcel.total_minor for parcel in parcels),
            given_up=sum(parcel.given_up_minor for parcel in parcels),
            paid=self.paid_minor,
            refunded=self.refunded_minor,
        )
        return Money(minor, self.currency)

    @property
    def owed(self) -> Money:
        """What the customer still has to pay, 0 or more; at the counter, the sum of what waits there."""
        if not self.paying.at_counter:
            return Money(max(0, -self.balance.minor), self.currency)
        waiting = [parcel for parcel in self.parcels if not parcel.paying.money_came]
        return Money(sum(parcel.due_minor for parcel in waiting), self.currency)


class Parcel(Base):
    """The part of an order that one seller sends. Its identity is copied as the customer saw it (DSA art. 30)."""

    __tablename__ = "parcel"
    __table_args__ = (
        CheckConstraint(f"status IN {STATES}", "status"),
        CheckConstraint(f"shipping_method IN {SHIPPING_METHODS}", "shipping_method"),
        CheckConstraint("shipping_minor >= 0", "shipping"),
        CheckConstraint("given_up_minor >= 0", "given_up"),
        Index("ix_parcel_order_id", "order_id"),
        Index("ix_parcel_seller_id_status", "seller_id", "status"),
        Index("ix_parcel_seller_id_order_id", "seller_id", "order_id"),
        Index("ix_parcel_status_order_id", "status", "order_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    seller_name: Mapped[str] = mapped_column(String(120))
    seller_legal_name: Mapped[str] = mapped_column(String(200))
    seller_address: Mapped[str] = mapped_column(String(500))
    seller_phone: Mapped[str] = mapped_column(String(40))
    seller_email: Mapped[str] = mapped_column(String(254))
    seller_register_number: Mapped[str] = mapped_column(String(40))
    seller_vat_id: Mapped[str] = mapped_column(String(20))
    shipping_method: Mapped[str] = mapped_column(String(12))
    shipping_minor: Mapped[int] = mapped_column(BigId)
    # What the cheapest ordinary delivery would have cost: all that is paid back when everything is returned.
    standard_shipping_minor: Mapped[int] = mapped_column(BigId)
    handling_days: Mapped[int]
    travel_days: Mapped[int]
    # The day that a firm asked for.
    wanted_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(12), default="placed")
    tracking_url: Mapped[str] = mapped_column(String(500), default="")
    # What of this parcel need not be paid any more, or is to be paid back.
    given_up_minor: Mapped[int] = mapped_column(BigId, default=0)
    # Promised when the money came, or when the order was placed if it is paid at the counter.
    send_by: Mapped[date | None]
    arrives_from: Mapped[date | None]
    arrives_until: Mapped[date | None]
    shipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    order: Mapped[ShopOrder] = relationship(back_populates="parcels")
    lines: Mapped[list["OrderLine"]] = relationship(back_populates="parcel", order_by="OrderLine.id")

    @property
    def version(self) -> int:
        """As its order's, without what happened to other parcels: two sellers don't disturb each other."""
        return max((e.id for e in self.order.events if e.parcel_id in (None, self.id)), default=0)

    @property
    def delivery_given_up_minor(self) -> int:
        return self.given_up_minor - sum(line.given_up_minor for line in self.lines)

    @property
    def goods_minor(self) -> int:
        return sum(line.price_minor * line.quantity for line in self.lines)

    @property
    def total_minor(self) -> int:
        return self.goods_minor + self.shipping_minor

    @property
    def due_minor(self) -> int:
        """What is to be paid for it, or was."""
        return self.total_minor - self.given_up_minor

    @property
    def paying(self) -> Paying:
        """As its order's; but at the counter, each parcel is paid when it is picked up."""
        paying = self.order.paying
        return Paying(True, self.delivered_at is not None) if paying.at_counter else paying


class OrderLine(Base):
    """Units of one offer, as it was agreed."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", "quantity"),
        CheckConstraint("price_minor > 0", "price"),
        CheckConstraint("vat_minor >= 0", "vat"),
        CheckConstraint("given_up_minor BETWEEN 0 AND price_minor * quantity", "given_up"),
        Index("ix_order_line_parcel_id", "parcel_id"),
        Index("ix_order_line_sku", "sku"),
        # Few of many: what is on its way back.
        Index(
            "ix_order_line_withdrawn_at",
            "withdrawn_at",
            sqlite_where=text("withdrawn_at IS NOT NULL"),
            postgresql_where=text("withdrawn_at IS NOT NULL"),
        ),
        Index("ix_order_line_offer_id", "offer_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    # Empty once the seller took the offer away; what was agreed stays here.
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id", ondelete="SET NULL"))
    sku: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(300))
    product_slug: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(80))
    grade: Mapped[str] = mapped_column(String(12))
    battery_percent: Mapped[int | None]
    guarantee_months: Mapped[int]
    price_minor: Mapped[int] = mapped_column(BigId)
    quantity: Mapped[int]
    # This line's part of what its parcel gave up.
    given_up_minor: Mapped[int] = mapped_column(BigId, default=0)
    vat_scheme: Mapped[str] = mapped_column(String(10))
    # Hundredths of a percent: 2000 is 20 %.
    vat_rate: Mapped[int]
    # Of the whole line; none when it can't be worked out (margin scheme, purchase price unknown).
    vat_minor: Mapped[int | None] = mapped_column(BigId)
    purchase_price_minor: Mapped[int | None] = mapped_column(BigId)
    purchase_reference: Mapped[str | None] = mapped_column(String(80))
    purchase_date: Mapped[date | None]
    # What one unit avoids against a new one, in kg CO2e per device or year, as the product page said; none
    # where there is no trustworthy figure.
    impact_avoided_kg: Mapped[float | None]
    impact_per: Mapped[str] = mapped_column(String(10), default="")
    impact_source: Mapped[str] = mapped_column(String(300), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    return_reason: Mapped[str] = mapped_column(String(12), default="")

    parcel: Mapped[Parcel] = relationship(back_populates="lines")
    units: Mapped[list["SoldUnit"]] = relationship(back_populates="line", order_by="SoldUnit.place")

    @property
    def left_minor(self) -> int:
        """What is still paid for it, of `price_minor * quantity`."""
        return self.price_minor * self.quantity - self.given_up_minor

    @property
    def vat_percent(self) -> Decimal:
        return Decimal(self.vat_rate) / 100


class OrderEvent(Base):
    """What happened, when, by whom. Rows are added, never changed."""

    __tablename__ = "order_event"
    __table_args__ = (
        CheckConstraint(f"actor IN {ROLES}", "actor"),
        Index("ix_order_event_order_id", "order_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    parcel_id: Mapped[int | None] = mapped_column(ForeignKey("parcel.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(12))
    # Who that was, where a person had signed in; empty again once that account is deleted.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    verb: Mapped[str] = mapped_column(String(20))
    from_state: Mapped[str] = mapped_column(String(12), default="")
    to_state: Mapped[str] = mapped_column(String(12), default="")
    # What there is to say of it, in whatever language it is read: a code of `labels.FACTS`, and an amount.
    code: Mapped[str] = mapped_column(String(20), default="")
    amount_minor: Mapped[int | None] = mapped_column(BigId)
    # What people or other people's systems wrote: a reason, a reference, a link, the titles of lines.
    note: Mapped[str] = mapped_column(Text, default="")

    order: Mapped[ShopOrder] = relationship(back_populates="events")
