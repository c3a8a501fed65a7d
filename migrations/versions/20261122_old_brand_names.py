"""names that brands had before"""

import sqlalchemy as sa
from alembic import op

from storefront.core.database import BigId

revision = "c7f20b9e4d18"
down_revision = "a90d4c61be27"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "old_brand_name",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("brand_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_old_brand_name_brand_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_old_brand_name")),
    )
    op.create_index("ix_old_brand_name_brand_id", "old_brand_name", ["brand_id"])
    op.create_index("ix_old_brand_name_slug", "old_brand_name", ["slug"])


def downgrade() -> None:
    op.drop_table("old_brand_name")
