"""Tables of what is kept for the books: invoices and credit notes, with all that they show, and their numbers; refunds.

Rows of invoices are added and never changed (docs/adr/0012-invoices.md): a document is drawn from them, years later, as
it was.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.database import Base, BigId, UtcDateTime
from .models import ShopOrder
from .rules import REFUND_STATES
from .vat import STANDARD

INVOICE, CREDIT = KINDS = ("invoice", "credit")
# A thing sold; what its delivery cost.
GOODS, DELIVERY = LINE_KINDS = ("goods", "delivery")


class InvoiceSeries(Base):
    """The last number given to one seller's invoices, or credit notes: raised within the transaction of the document,
    so that one that is rolled back leaves no gap.
    """

    __tablename__ = "invoice_series"
    __table_args__ = (CheckConstraint(f"kind IN {KINDS}", "kind"), CheckConstraint("last >= 0", "last"))

    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    last: Mapped[int] = mapped_column(BigId)


class Invoice(Base):
    """An invoice of one parcel, or (`kind` credit) a credit note that takes back part or all of one."""

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", "kind"),
        CheckConstraint("(kind = 'credit') = (corrects_id IS NOT NULL)", "corrects"),
        CheckConstraint("total_minor > 0", "total"),
        UniqueConstraint("seller_id", "kind", "sequence"),
        Index("ix_invoice_order_id", "order_id"),
        Index("ix_invoice_seller_id_issued_on", "seller_id", "issued_on"),
        Index(
            "uq_invoice_parcel_id",
            "parcel_id",
            unique=True,
            sqlite_where=text("kind = 'invoice'"),
            postgresql_where=text("kind = 'invoice'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    sequence: Mapped[int] = mapped_column(BigId)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcel.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    # Never before the document of the number before it; the days are those of the shop's time zone.
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_on: Mapped[date]
    supplied_on: Mapped[date]
    paid_on: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    total_minor: Mapped[int] = mapped_column(BigId)
    order_number: Mapped[str] = mapped_column(String(20))
    ordered_on: Mapped[date]
    payment_method: Mapped[str] = mapped_column(String(20))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    seller_name: Mapped[str] = mapped_column(String(120))
    seller_legal_name: Mapped[str] = mapped_column(String(200))
    seller_address: Mapped[str] = mapped_column(String(500))
    seller_phone: Mapped[str] = mapped_column(String(40))
    seller_email: Mapped[str] = mapped_column(String(254))
    seller_register_number: Mapped[str] = mapped_column(String(40))
    seller_vat_id: Mapped[str] = mapped_column(String(20))
    seller_country: Mapped[str] = mapped_column(String(2), default="", server_default="")
    # The shop's operator, who draws it up in the seller's name.
    issuer_name: Mapped[str] = mapped_column(String(200))
    issuer_address: Mapped[str] = mapped_column(String(500))
    issuer_register_number: Mapped[str] = mapped_column(String(80))
    buyer_name: Mapped[str] = mapped_column(String(200))
    # Several lines, without the country.
    buyer_address: Mapped[str] = mapped_column(Text)
    buyer_country: Mapped[str] = mapped_column(String(2))
    # Of a firm alone: the person there, its numbers, what it calls the order, and when it has to pay.
    buyer_contact: Mapped[str] = mapped_column(String(120), default="", server_default="")
    buyer_email: Mapped[str] = mapped_column(String(254), default="", server_default="")
    buyer_register_number: Mapped[str] = mapped_column(String(40), default="", server_default="")
    buyer_vat_id: Mapped[str] = mapped_column(String(20), default="", server_default="")
    purchase_order: Mapped[str] = mapped_column(String(80), default="", server_default="")
    due_on: Mapped[date | None]
    # The account that a firm pays to by transfer.
    pay_to_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    pay_to_iban: Mapped[str] = mapped_column(String(40), default="", server_default="")

    lines: Mapped[list["InvoiceLine"]] = relationship(back_populates="invoice", order_by="InvoiceLine.id")
    corrects: Mapped["Invoice | None"] = relationship(remote_side=[id])

    @property
    def to_firm(self) -> bool:
        return bool(self.buyer_contact)


class InvoiceLine(Base):
    """A line of an invoice, or what a credit note takes back of one; amounts include VAT and are never below 0.

    Delivery has a line for each scheme and rate that its goods fall under. Under the margin scheme it belongs to the
    selling price (Directive 2006/112/EC art. 312(1)): the VAT of goods then holds that of their share in it,
    `delivery_minor`.
    """

    __tablename__ = "invoice_line"
    __table_args__ = (
        CheckConstraint(f"kind IN {LINE_KINDS}", "kind"),
        CheckConstraint("total_minor >= 0 AND delivery_minor >= 0 AND reduction_minor >= 0", "amounts"),
        Index("ix_invoice_line_invoice_id", "invoice_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    kind: Mapped[str] = mapped_column(String(8))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    title: Mapped[str] = mapped_column(String(300), default="")
    sku: Mapped[str] = mapped_column(String(80), default="")
    grade: Mapped[str] = mapped_column(String(12), default="")
    # How many were sold, or came back; 0 where a credit note takes back nothing but money.
    quantity: Mapped[int] = mapped_column(default=0)
    unit_minor: Mapped[int] = mapped_column(BigId, default=0)
    # What was taken off the price before it was invoiced.
    reduction_minor: Mapped[int] = mapped_column(BigId, default=0)
    total_minor: Mapped[int] = mapped_column(BigId)
    delivery_minor: Mapped[int] = mapped_column(BigId, default=0)
    vat_scheme: Mapped[str] = mapped_column(String(10))
    # Hundredths of a percent.
    vat_rate: Mapped[int]
    # None where it can't be worked out, or stands in other lines (delivery under the margin scheme).
    vat_minor: Mapped[int | None] = mapped_column(BigId)
    # What the seller paid for one unit, and by which document.
    purchase_minor: Mapped[int | None] = mapped_column(BigId)
    purchase_reference: Mapped[str | None] = mapped_column(String(80))
    purchase_date: Mapped[date | None]

    invoice: Mapped[Invoice] = relationship(back_populates="lines")

    @property
    def vat_percent(self) -> Decimal:
        return Decimal(self.vat_rate) / 100

    @property
    def net_minor(self) -> int:
        """Without the VAT that the invoice shows; under the margin scheme it shows none."""
        return self.total_minor - (self.vat_minor or 0) if self.vat_scheme == STANDARD else self.total_minor


class Refund(Base):
    """Money on its way back. `wanted` ones are sent by the payment provider's own API after the commit, with the row's
    id as the key, so that asking twice pays once; what is paid back by hand is `done` as soon as somebody says so.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint(f"state IN {REFUND_STATES}", "state"),
        CheckConstraint("amount_minor > 0", "amount"),
        Index("ix_refund_order_id", "order_id"),
        Index("ix_refund_state_next_try_at", "state", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    amount_minor: Mapped[int] = mapped_column(BigId)
    state: Mapped[str] = mapped_column(String(8))
    # Which payment it is sent back against, and what the provider calls it.
    payment_reference: Mapped[str] = mapped_column(String(255), default="")
    provider_reference: Mapped[str] = mapped_column(String(255), default="")
    wanted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(Text, default="")

    order: Mapped[ShopOrder] = relationship(back_populates="refunds")
