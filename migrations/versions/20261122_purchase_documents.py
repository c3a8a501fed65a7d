"""purchase documents of offers and order lines"""

import sqlalchemy as sa
from alembic import op

revision = "3d81c6a0f7e4"
down_revision = "7c1f0e5b92ad"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("offer", "order_line"):
        op.add_column(table, sa.Column("purchase_reference", sa.String(length=80), nullable=True))
        op.add_column(table, sa.Column("purchase_date", sa.Date(), nullable=True))


def downgrade() -> None:
    for table in ("order_line", "offer"):
        op.drop_column(table, "purchase_date")
        op.drop_column(table, "purchase_reference")
