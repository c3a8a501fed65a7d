"""searches that found nothing"""

import sqlalchemy as sa
from alembic import op

revision = "f7a2c9e1b046"
down_revision = "c93f0d1e7b52"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fruitless_search",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_fruitless_search_count")),
        sa.PrimaryKeyConstraint("day", "words", name=op.f("pk_fruitless_search")),
    )


def downgrade() -> None:
    op.drop_table("fruitless_search")
