"""what the desk needs of orders: who did what, refunds, invoices, what orders are found by; mails as facts"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "e5b0c47d18f3"
down_revision = "c41d7a90e25b"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
INVOICES = sa.text("kind = 'invoice'")
DUE = sa.text("due_back_minor > 0")


def upgrade() -> None:
    _mails()
    _orders()
    _refunds()
    _invoices()
    _fill()


def _mails() -> None:
    with op.batch_alter_table("outgoing_mail") as batch:
        batch.add_column(sa.Column("writer", sa.String(length=20), nullable=False, server_default=""))
        batch.add_column(sa.Column("facts", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("outgoing_mail") as batch:
        batch.alter_column("writer", server_default=None)
        batch.alter_column("facts", server_default=None)


def _orders() -> None:
    # Not in a batch: that would make the table anew, and parcels point at it.
    whole = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE shop_order ADD COLUMN due_back_minor {whole} DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_shop_order_due_back CHECK (due_back_minor >= 0)"
    )
    op.add_column(
        "shop_order", sa.Column("search_text", sa.String(length=450), nullable=False, server_default="")
    )
    op.create_index("ix_shop_order_search_text", "shop_order", ["search_text"])
    op.create_index(
        "ix_shop_order_due_back_minor",
        "shop_order",
        ["due_back_minor"],
        sqlite_where=DUE,
        postgresql_where=DUE,
    )
    op.create_index("ix_parcel_seller_id_order_id", "parcel", ["seller_id", "order_id"])
    op.create_index("ix_parcel_status_order_id", "parcel", ["status", "order_id"])
    with op.batch_alter_table("order_line") as batch:
        batch.add_column(sa.Column("given_up_minor", ID, nullable=False, server_default="0"))
    with op.batch_alter_table("order_line") as batch:
        batch.alter_column("given_up_minor", server_default=None)
        batch.create_check_constraint("given_up", "given_up_minor BETWEEN 0 AND price_minor * quantity")
    op.create_index("ix_order_line_sku", "order_line", ["sku"])
    with op.batch_alter_table("order_event") as batch:
        batch.add_column(sa.Column("person_id", ID, nullable=True))
        batch.create_foreign_key(
            "fk_order_event_person_id", "person", ["person_id"], ["id"], ondelete="SET NULL"
        )


def _refunds() -> None:
    op.create_table(
        "refund",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("amount_minor", ID, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("payment_reference", sa.String(length=255), nullable=False),
        sa.Column("provider_reference", sa.String(length=255), nullable=False),
        sa.Column("wanted_at", TIME, nullable=False),
        sa.Column("next_try_at", TIME, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", TIME, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('wanted', 'done', 'failed')", name=op.f("ck_refund_state")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refund_amount")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_refund_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    op.create_index("ix_refund_order_id", "refund", ["order_id"])
    op.create_index("ix_refund_state_next_try_at", "refund", ["state", "next_try_at"])


def _invoices() -> None:
    op.create_table(
        "invoice_series",
        sa.Column("seller_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("last", ID, nullable=False),
        sa.CheckConstraint("kind IN ('invoice', 'credit')", name=op.f("ck_invoice_series_kind")),
        sa.CheckConstraint("last >= 0", name=op.f("ck_invoice_series_last")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_invoice_series_seller_id")),
        sa.PrimaryKeyConstraint("seller_id", "kind", name=op.f("pk_invoice_series")),
    )
    op.create_table(
        "invoice",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("sequence", ID, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("parcel_id", ID, nullable=False),
        sa.Column("corrects_id", ID, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("issued_at", TIME, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("supplied_on", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", ID, nullable=False),
        sa.Column("order_number", sa.String(length=20), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("payment_method", sa.String(length=20), nullable=False),
        sa.Column("seller_id", ID, nullable=False),
        sa.Column("seller_name", sa.String(length=120), nullable=False),
        sa.Column("seller_legal_name", sa.String(length=200), nullable=False),
        sa.Column("seller_address", sa.String(length=500), nullable=False),
        sa.Column("seller_phone", sa.String(length=40), nullable=False),
        sa.Column("seller_email", sa.String(length=254), nullable=False),
        sa.Column("seller_register_number", sa.String(length=40), nullable=False),
        sa.Column("seller_vat_id", sa.String(length=20), nullable=False),
        sa.Column("issuer_name", sa.String(length=200), nullable=False),
        sa.Column("issuer_address", sa.String(length=500), nullable=False),
        sa.Column("issuer_register_number", sa.String(length=80), nullable=False),
        sa.Column("buyer_name", sa.String(length=120), nullable=False),
        sa.Column("buyer_address", sa.Text(), nullable=False),
        sa.Column("buyer_country", sa.String(length=2), nullable=False),
        sa.CheckConstraint("kind IN ('invoice', 'credit')", name=op.f("ck_invoice_kind")),
        sa.CheckConstraint("(kind = 'credit') = (corrects_id IS NOT NULL)", name=op.f("ck_invoice_corrects")),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_invoice_total")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_invoice_order_id")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_invoice_parcel_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["invoice.id"], name=op.f("fk_invoice_corrects_id")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_invoice_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
        sa.UniqueConstraint("seller_id", "kind", "sequence", name=op.f("uq_invoice_seller_id_kind_sequence")),
    )
    op.create_index("ix_invoice_order_id", "invoice", ["order_id"])
    op.create_index("ix_invoice_seller_id_issued_on", "invoice", ["seller_id", "issued_on"])
    op.create_index(
        "uq_invoice_parcel_id",
        "invoice",
        ["parcel_id"],
        unique=True,
        sqlite_where=INVOICES,
        postgresql_where=INVOICES,
    )
    _invoice_lines()


def _invoice_lines() -> None:
    op.create_table(
        "invoice_line",
        sa.Column("id", ID, nullable=False),
        sa.Column("invoice_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("order_line_id", ID, nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("sku", sa.String(length=80), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_minor", ID, nullable=False),
        sa.Column("reduction_minor", ID, nullable=False),
        sa.Column("total_minor", ID, nullable=False),
        sa.Column("delivery_minor", ID, nullable=False),
        sa.Column("vat_scheme", sa.String(length=10), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("vat_minor", ID, nullable=True),
        sa.Column("purchase_minor", ID, nullable=True),
        sa.Column("purchase_reference", sa.String(length=80), nullable=True),
        sa.Column("purchase_date", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('goods', 'delivery')", name=op.f("ck_invoice_line_kind")),
        sa.CheckConstraint(
            "total_minor >= 0 AND delivery_minor >= 0 AND reduction_minor >= 0",
            name=op.f("ck_invoice_line_amounts"),
        ),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_invoice_line_order_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
    )
    op.create_index("ix_invoice_line_invoice_id", "invoice_line", ["invoice_id"])


def _fill() -> None:
    """Tell of the orders that are there already what the new columns say."""
    # What was given up so far was given up whole: by lines that came back, and by parcels that were never sent.
    op.execute(
        "UPDATE order_line SET given_up_minor = price_minor * quantity WHERE returned_at IS NOT NULL OR parcel_id IN "
        "(SELECT id FROM parcel WHERE status IN ('cancelled', 'refused', 'refunded'))"
    )
    owed = {
        "payment_method <> 'pickup'": "SELECT sum(given_up_minor) - sum(shipping_minor) - sum((SELECT "
        "sum(price_minor * quantity) FROM order_line WHERE parcel_id = parcel.id)) FROM parcel "
        "WHERE order_id = shop_order.id",
        "payment_method = 'pickup'": "SELECT sum(given_up_minor) - sum(shipping_minor) - sum((SELECT "
        "sum(price_minor * quantity) FROM order_line WHERE parcel_id = parcel.id)) FROM parcel "
        "WHERE order_id = shop_order.id AND delivered_at IS NOT NULL",
    }
    for method, left in owed.items():
        due = f"paid_minor - refunded_minor + coalesce(({left}), 0)"
        op.execute(f"UPDATE shop_order SET due_back_minor = {due} WHERE {method} AND {due} > 0")  # noqa: S608
    orders = sa.table(
        "shop_order",
        *(sa.column(name) for name in ("id", "number", "name", "email", "postcode", "search_text")),
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(orders.c.id, orders.c.number, orders.c.name, orders.c.email, orders.c.postcode)
    ).all()
    found_by = [{"order_id": row[0], "text": _folded(" ".join(row[1:]))} for row in rows]
    if found_by:
        statement = sa.update(orders).where(orders.c.id == sa.bindparam("order_id"))
        connection.execute(statement.values(search_text=sa.bindparam("text")), found_by)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def downgrade() -> None:
    for table in ("invoice_line", "invoice", "invoice_series", "refund"):
        op.drop_table(table)
    with op.batch_alter_table("order_event") as batch:
        batch.drop_constraint("fk_order_event_person_id", type_="foreignkey")
        batch.drop_column("person_id")
    op.drop_index("ix_order_line_sku", "order_line")
    with op.batch_alter_table("order_line") as batch:
        batch.drop_constraint("given_up", type_="check")
        batch.drop_column("given_up_minor")
    op.drop_index("ix_parcel_status_order_id", "parcel")
    op.drop_index("ix_parcel_seller_id_order_id", "parcel")
    op.drop_index("ix_shop_order_due_back_minor", "shop_order")
    op.drop_index("ix_shop_order_search_text", "shop_order")
    with op.batch_alter_table("shop_order") as batch:
        batch.drop_constraint(op.f("ck_shop_order_due_back"), type_="check")
        batch.drop_column("due_back_minor")
        batch.drop_column("search_text")
    with op.batch_alter_table("outgoing_mail") as batch:
        batch.drop_column("facts")
        batch.drop_column("writer")
