"""an index of order lines that are on their way back"""

import sqlalchemy as sa
from alembic import op

revision = "b83e5d2f6a91"
down_revision = "f7a2c9e1b046"
branch_labels = None
depends_on = None

WITHDRAWN = sa.text("withdrawn_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_order_line_withdrawn_at",
        "order_line",
        ["withdrawn_at"],
        sqlite_where=WITHDRAWN,
        postgresql_where=WITHDRAWN,
    )


def downgrade() -> None:
    op.drop_index("ix_order_line_withdrawn_at", "order_line")
