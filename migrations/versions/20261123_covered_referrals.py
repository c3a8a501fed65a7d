"""referrals: both guarantees' last days, where one ran when the case was handed over; a bonus has conditions"""

import sqlalchemy as sa
from alembic import op

revision = "2c7e9a51d0b4"
down_revision = "f1d6c2a83b57"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("referral") as batch:
        batch.add_column(sa.Column("legal_until", sa.Date(), nullable=True))
        batch.add_column(sa.Column("seller_until", sa.Date(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_referral_covered"), "seller_until IS NULL OR legal_until IS NOT NULL"
        )
        batch.create_check_constraint(
            op.f("ck_referral_bonus"),
            "bonus_minor = 0 OR (kind = 'network' AND NOT firm AND legal_until IS NULL)",
        )


def downgrade() -> None:
    with op.batch_alter_table("referral") as batch:
        batch.drop_constraint(op.f("ck_referral_bonus"), type_="check")
        batch.drop_constraint(op.f("ck_referral_covered"), type_="check")
        batch.drop_column("seller_until")
        batch.drop_column("legal_until")
