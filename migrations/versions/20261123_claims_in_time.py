"""referrals: until when a claim is to be settled, and when both sides are told that it is late"""

import sqlalchemy as sa
from alembic import op

revision = "9b3d50f1c2a7"
down_revision = "4c7e19a2d6b0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("referral", sa.Column("conform_by", sa.Date(), nullable=True))
    op.add_column("referral", sa.Column("late_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_referral_late_at", "referral", ["late_at"])


def downgrade() -> None:
    op.drop_index("ix_referral_late_at", "referral")
    op.drop_column("referral", "late_at")
    op.drop_column("referral", "conform_by")
