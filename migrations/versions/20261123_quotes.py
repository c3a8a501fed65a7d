"""quotes: requests of firms, version by version, and the units that are held for them"""

import sqlalchemy as sa
from alembic import op

from storefront.core.database import BigId, UtcDateTime

revision = "d7f20b8c41e6"
down_revision = "c3a7e915d0b4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quote",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=True),
        sa.Column("order_id", BigId, nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("register_number", sa.String(length=40), nullable=False),
        sa.Column("vat_id", sa.String(length=20), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("street_more", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("delivery_name", sa.String(length=200), nullable=False),
        sa.Column("delivery_street", sa.String(length=200), nullable=False),
        sa.Column("delivery_street_more", sa.String(length=200), nullable=False),
        sa.Column("delivery_postcode", sa.String(length=20), nullable=False),
        sa.Column("delivery_city", sa.String(length=120), nullable=False),
        sa.Column("delivery_country", sa.String(length=2), nullable=False),
        sa.Column("purchase_order", sa.String(length=80), nullable=False),
        sa.Column("mailbox_key", sa.String(length=254), nullable=False),
        sa.Column("register_key", sa.String(length=40), nullable=False),
        sa.Column("accepted_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("blank_at", UtcDateTime(), nullable=True),
        sa.Column("blanked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'ordered') = (order_id IS NOT NULL)", name=op.f("ck_quote_ordered")),
        sa.CheckConstraint("state != 'open' OR offered IS NOT NULL", name=op.f("ck_quote_offered")),
        sa.CheckConstraint(
            "state IN ('proposed', 'open', 'ordered', 'declined', 'expired')", name=op.f("ck_quote_state")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_quote_order_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_quote_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_quote_idempotency_key")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_quote_link_hash")),
        sa.UniqueConstraint("number", name=op.f("uq_quote_number")),
        sa.UniqueConstraint("order_id", name=op.f("uq_quote_order_id")),
    )
    op.create_index("ix_quote_blank_at", "quote", ["blank_at"])
    op.create_index("ix_quote_expires_at", "quote", ["expires_at"])
    op.create_index("ix_quote_mailbox_key", "quote", ["mailbox_key"])
    op.create_index("ix_quote_person_id_id", "quote", ["person_id", "id"])
    op.create_index("ix_quote_register_key", "quote", ["register_key"])
    op.create_index("ix_quote_remind_at", "quote", ["remind_at"])
    op.create_index("ix_quote_state_id", "quote", ["state", "id"])

    op.create_table(
        "quote_message",
        sa.Column("id", BigId, nullable=False),
        sa.Column("quote_id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("side IN ('firm', 'operator', 'system')", name=op.f("ck_quote_message_side")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_quote_message_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_quote_message_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_message")),
    )
    op.create_index("ix_quote_message_person_id", "quote_message", ["person_id"])
    op.create_index("ix_quote_message_quote_id", "quote_message", ["quote_id"])

    op.create_table(
        "quote_version",
        sa.Column("id", BigId, nullable=False),
        sa.Column("quote_id", BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("by_side", sa.String(length=12), nullable=False),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("alternative", sa.String(length=8), nullable=False),
        sa.Column("request_of", sa.Integer(), nullable=True),
        sa.Column("prices_of", sa.Integer(), nullable=True),
        sa.Column("payment", sa.String(length=20), nullable=False),
        sa.Column("invoice_days", sa.Integer(), nullable=True),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("vat_only", sa.Boolean(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("gap", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "alternative IN ('', 'value', 'uniform', 'lasting')", name=op.f("ck_quote_version_alternative")
        ),
        sa.CheckConstraint(
            "by_side IN ('firm', 'operator', 'system')", name=op.f("ck_quote_version_by_side")
        ),
        sa.CheckConstraint(
            "kind IN ('request', 'proposal', 'chosen', 'adjusted', 'ordered', 'declined', 'expired')",
            name=op.f("ck_quote_version_kind"),
        ),
        sa.CheckConstraint(
            "payment IN ('bank-transfer', 'stripe', 'invoice')", name=op.f("ck_quote_version_payment")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_quote_version_number")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_quote_version_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_quote_version_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_version")),
        sa.UniqueConstraint("quote_id", "number", name=op.f("uq_quote_version_quote_id_number")),
    )
    op.create_index("ix_quote_version_person_id", "quote_version", ["person_id"])

    op.create_table(
        "quote_line",
        sa.Column("id", BigId, nullable=False),
        sa.Column("version_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("wish", sa.Integer(), nullable=False),
        sa.Column("offer_id", BigId, nullable=True),
        sa.Column("seller_id", BigId, nullable=False),
        sa.Column("seller_name", sa.String(length=120), nullable=False),
        sa.Column("sku", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("product_slug", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=80), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("battery_percent", sa.Integer(), nullable=True),
        sa.Column("guarantee_months", sa.Integer(), nullable=False),
        sa.Column("sent_weight_g", sa.Integer(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("vat_scheme", sa.String(length=10), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("list_price_minor", BigId, nullable=False),
        sa.Column("price_minor", BigId, nullable=False),
        sa.Column("purchase_price_minor", BigId, nullable=True),
        sa.Column("purchase_reference", sa.String(length=80), nullable=True),
        sa.Column("purchase_date", sa.Date(), nullable=True),
        sa.Column("new_price_minor", BigId, nullable=True),
        sa.Column("new_price_on", sa.Date(), nullable=True),
        sa.Column("new_price_source", sa.String(length=160), nullable=False),
        sa.Column("impact_avoided_kg", sa.Double(), nullable=True),
        sa.Column("impact_new_kg", sa.Double(), nullable=True),
        sa.Column("impact_refurbished_kg", sa.Double(), nullable=True),
        sa.Column("impact_per", sa.String(length=10), nullable=False),
        sa.Column("impact_source", sa.String(length=300), nullable=False),
        sa.Column("impact_year", sa.Integer(), nullable=True),
        sa.Column("impact_url", sa.String(length=500), nullable=False),
        sa.CheckConstraint("price_minor > 0 AND list_price_minor > 0", name=op.f("ck_quote_line_price")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_quote_line_quantity")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_quote_line_offer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_quote_line_seller_id")),
        sa.ForeignKeyConstraint(["version_id"], ["quote_version.id"], name=op.f("fk_quote_line_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_line")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_quote_line_version_id_position")),
    )
    op.create_index("ix_quote_line_offer_id", "quote_line", ["offer_id"])
    op.create_index("ix_quote_line_seller_id", "quote_line", ["seller_id"])

    op.create_table(
        "quote_parcel",
        sa.Column("id", BigId, nullable=False),
        sa.Column("version_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("seller_id", BigId, nullable=False),
        sa.Column("seller_name", sa.String(length=120), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("shipping_minor", BigId, nullable=False),
        sa.Column("handling_days", sa.Integer(), nullable=False),
        sa.Column("travel_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("shipping_minor >= 0", name=op.f("ck_quote_parcel_shipping")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_quote_parcel_seller_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["quote_version.id"], name=op.f("fk_quote_parcel_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_parcel")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_quote_parcel_version_id_position")),
    )
    op.create_index("ix_quote_parcel_seller_id", "quote_parcel", ["seller_id"])

    op.create_table(
        "quote_wish",
        sa.Column("id", BigId, nullable=False),
        sa.Column("version_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("spare", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("model_id", BigId, nullable=True),
        sa.Column("category", sa.String(length=80), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("storage_gb", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("battery", sa.Integer(), nullable=True),
        sa.Column("budget", BigId, nullable=True),
        sa.Column("uniformity", sa.String(length=8), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.CheckConstraint("uniformity IN ('grade', 'model', 'any')", name=op.f("ck_quote_wish_uniformity")),
        sa.CheckConstraint("quantity > 0 AND spare >= 0", name=op.f("ck_quote_wish_units")),
        sa.ForeignKeyConstraint(
            ["model_id"], ["model.id"], name=op.f("fk_quote_wish_model_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["quote_version.id"], name=op.f("fk_quote_wish_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_wish")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_quote_wish_version_id_position")),
    )
    op.create_index("ix_quote_wish_model_id", "quote_wish", ["model_id"])

    op.create_table(
        "unit_hold",
        sa.Column("id", BigId, nullable=False),
        sa.Column("quote_id", BigId, nullable=False),
        sa.Column("offer_id", BigId, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_unit_hold_quantity")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_unit_hold_offer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_unit_hold_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_hold")),
        sa.UniqueConstraint("quote_id", "offer_id", name=op.f("uq_unit_hold_quote_id_offer_id")),
    )
    op.create_index("ix_unit_hold_offer_id", "unit_hold", ["offer_id"])


def downgrade() -> None:
    for table in (
        "unit_hold", "quote_wish", "quote_parcel", "quote_line", "quote_version", "quote_message", "quote",
    ):  # fmt: skip
        op.drop_table(table)
