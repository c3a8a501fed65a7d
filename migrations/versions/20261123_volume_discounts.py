"""volume discounts: what sellers take off their prices when a firm buys many"""

import sqlalchemy as sa
from alembic import op

from storefront.core.database import BigId

revision = "a1c94e7b2d58"
down_revision = "d7f20b8c41e6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "volume_discount",
        sa.Column("id", BigId, nullable=False),
        sa.Column("seller_id", BigId, nullable=False),
        sa.Column("from_units", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_units > 1", name=op.f("ck_volume_discount_from_units")),
        sa.CheckConstraint("percent BETWEEN 1 AND 50", name=op.f("ck_volume_discount_percent")),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_volume_discount_seller_id_seller")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volume_discount")),
        sa.UniqueConstraint("seller_id", "from_units", name=op.f("uq_volume_discount_seller_id_from_units")),
    )


def downgrade() -> None:
    op.drop_table("volume_discount")
