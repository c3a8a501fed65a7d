"""repairers by their risk: those who take devices by mail, the best first"""

from alembic import op

revision = "d4b81a6e30c7"
down_revision = "e3b85c1f7a06"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_repairer_standing_risk_id", "repairer", ["standing", "risk", "id"])


def downgrade() -> None:
    op.drop_index("ix_repairer_standing_risk_id", "repairer")
