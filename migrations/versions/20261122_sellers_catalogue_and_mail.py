"""sellers catalogue and mail"""

import sqlalchemy as sa
from alembic import op

revision = "267e68651da2"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brand",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("name", name=op.f("uq_brand_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_brand_slug")),
    )
    op.create_table(
        "catalog_change",
        sa.Column(
            "generation",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "product_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("text", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("generation", "product_id", name=op.f("pk_catalog_change")),
    )
    op.create_table(
        "catalog_generation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalog_generation_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_generation")),
    )
    op.create_table(
        "category",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("name_fr", sa.String(length=80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("drawing", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("slug", name=op.f("uq_category_slug")),
    )
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=160), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
        sa.UniqueConstraint("reason", name=op.f("uq_outgoing_mail_reason")),
    )
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outgoing_mail_sent_at_next_try_at", ["sent_at", "next_try_at"], unique=False
        )

    op.create_table(
        "rate_count",
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("who", "since", name=op.f("pk_rate_count")),
    )
    op.create_table(
        "seller",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("about_en", sa.Text(), nullable=False),
        sa.Column("about_fr", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("register_number", sa.String(length=40), nullable=False),
        sa.Column("vat_id", sa.String(length=20), nullable=False),
        sa.Column("handling_days", sa.Integer(), nullable=False),
        sa.Column("guarantee_months", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("finished_lines", sa.Integer(), nullable=False),
        sa.Column("bad_lines", sa.Double(), nullable=False),
        sa.Column("risk", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "standing IN ('probation', 'active', 'suspended')", name=op.f("ck_seller_standing")
        ),
        sa.CheckConstraint("guarantee_months BETWEEN 0 AND 120", name=op.f("ck_seller_guarantee_months")),
        sa.CheckConstraint("handling_days BETWEEN 0 AND 60", name=op.f("ck_seller_handling_days")),
        sa.CheckConstraint("risk BETWEEN 0 AND 1", name=op.f("ck_seller_risk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seller")),
        sa.UniqueConstraint("slug", name=op.f("uq_seller_slug")),
    )
    op.create_table(
        "model",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("brand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("security_until", sa.Date(), nullable=True),
        sa.Column("height_mm", sa.Double(), nullable=True),
        sa.Column("width_mm", sa.Double(), nullable=True),
        sa.Column("screen_in", sa.Double(), nullable=True),
        sa.Column("weight_g", sa.Double(), nullable=True),
        sa.Column("lenses", sa.Integer(), nullable=True),
        sa.Column("front", sa.String(length=12), nullable=False),
        sa.Column("drawing", sa.String(length=20), nullable=False),
        sa.Column("new_price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("new_price_on", sa.Date(), nullable=True),
        sa.Column("new_price_source", sa.String(length=160), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("description_fr", sa.Text(), nullable=False),
        sa.CheckConstraint("new_price_minor > 0", name=op.f("ck_model_new_price")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_model_brand_id")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_model_category_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model")),
        sa.UniqueConstraint("slug", name=op.f("uq_model_slug")),
    )
    op.create_table(
        "quality_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('good', 'late', 'cancelled', 'wrong_grade', 'defect')",
            name=op.f("ck_quality_entry_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_quality_entry_seller_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_entry")),
    )
    with op.batch_alter_table("quality_entry", schema=None) as batch_op:
        batch_op.create_index("ix_quality_entry_finished_on", ["finished_on"], unique=False)
        batch_op.create_index("uq_quality_entry_seller_reference", ["seller_id", "reference"], unique=True)

    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("identity", sa.String(length=300), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("brand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("storage_gb", sa.Integer(), nullable=True),
        sa.Column("colour", sa.String(length=60), nullable=True),
        sa.Column("ean", sa.String(length=14), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("storage_gb > 0", name=op.f("ck_product_storage_gb")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_product_brand_id")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_product_category_id")),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_product_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("identity", name=op.f("uq_product_identity")),
        sa.UniqueConstraint("slug", name=op.f("uq_product_slug")),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index("ix_product_category_id", ["category_id"], unique=False)
        batch_op.create_index("ix_product_model_id", ["model_id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku", sa.String(length=80), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("battery_percent", sa.Integer(), nullable=True),
        sa.Column("guarantee_months", sa.Integer(), nullable=False),
        sa.Column("vat_scheme", sa.String(length=10), nullable=False),
        sa.Column(
            "purchase_price_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grade IN ('premium', 'excellent', 'good', 'fair')", name=op.f("ck_offer_grade")),
        sa.CheckConstraint("vat_scheme IN ('margin', 'standard')", name=op.f("ck_offer_vat_scheme")),
        sa.CheckConstraint("battery_percent BETWEEN 1 AND 100", name=op.f("ck_offer_battery_percent")),
        sa.CheckConstraint("guarantee_months BETWEEN 0 AND 120", name=op.f("ck_offer_guarantee_months")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_offer_price")),
        sa.CheckConstraint("purchase_price_minor >= 0", name=op.f("ck_offer_purchase_price")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_offer_stock")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_offer_product_id")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_offer_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("seller_id", "sku", name=op.f("uq_offer_seller_id_sku")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index("ix_offer_product_id_grade", ["product_id", "grade"], unique=False)

    # The catalogue starts at generation 1; every change raises it.
    op.execute("INSERT INTO catalog_generation (id, number) VALUES (1, 1)")


def downgrade() -> None:
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index("ix_offer_product_id_grade")

    op.drop_table("offer")
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_index("ix_product_model_id")
        batch_op.drop_index("ix_product_category_id")

    op.drop_table("product")
    with op.batch_alter_table("quality_entry", schema=None) as batch_op:
        batch_op.drop_index("uq_quality_entry_seller_reference")
        batch_op.drop_index("ix_quality_entry_finished_on")

    op.drop_table("quality_entry")
    op.drop_table("model")
    op.drop_table("seller")
    op.drop_table("rate_count")
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_index("ix_outgoing_mail_sent_at_next_try_at")

    op.drop_table("outgoing_mail")
    op.drop_table("category")
    op.drop_table("catalog_generation")
    op.drop_table("catalog_change")
    op.drop_table("brand")
