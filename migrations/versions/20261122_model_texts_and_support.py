"""model texts and support"""

import sqlalchemy as sa
from alembic import op

revision = "7c1f0e5b92ad"
down_revision = "549db31f04fa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("model", sa.Column("supported_on", sa.Date(), nullable=True))
    op.add_column("product", sa.Column("model_text", sa.String(length=120), nullable=True))


def downgrade() -> None:
    # Not in a batch: that would make the tables anew, and orders point at them.
    op.drop_column("product", "model_text")
    op.drop_column("model", "supported_on")
