"""offers at the desk: when each was last changed, the history of their prices, files that wait for a yes"""

import sqlalchemy as sa
from alembic import op

revision = "d18e6a40c7b2"
down_revision = "f7a1b3c58d20"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Not in a batch: that would make the table anew, and order lines point at it. SQLite keeps the default.
    op.add_column(
        "offer", sa.Column("changed_at", TIME, nullable=False, server_default="2026-01-01 00:00:00+00:00")
    )
    op.execute("UPDATE offer SET changed_at = created_at")
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("offer", "changed_at", server_default=None)
    op.create_index("ix_offer_changed_at_id", "offer", ["changed_at", "id"])
    op.create_index("ix_offer_price_minor_id", "offer", ["price_minor", "id"])
    op.create_index("ix_offer_stock_id", "offer", ["stock", "id"])
    op.create_index("ix_offer_seller_id_changed_at_id", "offer", ["seller_id", "changed_at", "id"])
    op.create_index("ix_product_title_id", "product", ["title", "id"])
    _prices()
    _uploads()


def _prices() -> None:
    op.create_table(
        "price_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("offer_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("source", sa.String(length=4), nullable=False),
        sa.Column("from_minor", ID, nullable=False),
        sa.Column("to_minor", ID, nullable=False),
        sa.CheckConstraint("source IN ('desk', 'file')", name=op.f("ck_price_change_source")),
        sa.CheckConstraint(
            "from_minor > 0 AND to_minor > 0 AND from_minor <> to_minor", name=op.f("ck_price_change_prices")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_price_change_offer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_price_change_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_change")),
    )
    op.create_index("ix_price_change_offer_id_id", "price_change", ["offer_id", "id"])


def _uploads() -> None:
    op.create_table(
        "offer_upload",
        sa.Column("id", ID, nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("seller_id", ID, nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("uploaded_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_offer_upload_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_offer_upload_seller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_upload")),
        sa.UniqueConstraint("token", name=op.f("uq_offer_upload_token")),
    )
    op.create_index("ix_offer_upload_uploaded_at", "offer_upload", ["uploaded_at"])


def downgrade() -> None:
    op.drop_table("offer_upload")
    op.drop_table("price_change")
    op.drop_index("ix_product_title_id", "product")
    for name in ("seller_id_changed_at_id", "stock_id", "price_minor_id", "changed_at_id"):
        op.drop_index(f"ix_offer_{name}", "offer")
    op.drop_column("offer", "changed_at")
