"""sold devices: serial numbers, and guarantees that repairs made longer"""

import sqlalchemy as sa
from alembic import op

from storefront.core.database import BigId, UtcDateTime

revision = "a7d41c90be52"
down_revision = "7d20c4a91b3e"
branch_labels = None
depends_on = None

WITH_ITS_BUYER = sa.text("came_back_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "sold_unit",
        sa.Column("id", BigId, nullable=False),
        sa.Column("line_id", BigId, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(40), nullable=True),
        sa.Column("extra_months", sa.Integer(), nullable=False),
        sa.Column("came_back_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("place > 0", name=op.f("ck_sold_unit_place")),
        sa.CheckConstraint("extra_months >= 0", name=op.f("ck_sold_unit_extra_months")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_sold_unit_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sold_unit")),
        sa.UniqueConstraint("line_id", "place", name=op.f("uq_sold_unit_line_id_place")),
    )
    op.create_index(
        "ix_sold_unit_serial",
        "sold_unit",
        ["serial"],
        unique=True,
        sqlite_where=WITH_ITS_BUYER,
        postgresql_where=WITH_ITS_BUYER,
    )
    op.create_table(
        "guarantee_extension",
        sa.Column("id", BigId, nullable=False),
        sa.Column("unit_id", BigId, nullable=False),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["sold_unit.id"], name=op.f("fk_guarantee_extension_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantee_extension")),
        sa.UniqueConstraint("cause", name=op.f("uq_guarantee_extension_cause")),
    )
    op.create_index("ix_guarantee_extension_unit_id", "guarantee_extension", ["unit_id"])


def downgrade() -> None:
    op.drop_table("guarantee_extension")
    op.drop_table("sold_unit")
