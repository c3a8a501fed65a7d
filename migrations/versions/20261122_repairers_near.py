"""repairers near a place, by an index that holds all that is asked of them"""

from alembic import op

revision = "f1d6c2a83b57"
down_revision = "c7f20b9e4d18"
branch_labels = None
depends_on = None

ASKED = ["standing", "lat", "lon", "verified_until", "bonus_label", "drop_off", "mail_in", "at_home", "risk"]


def upgrade() -> None:
    op.create_index("ix_repairer_near", "repairer", ASKED)
    op.drop_index("ix_repairer_standing_lat_lon", "repairer")


def downgrade() -> None:
    op.create_index("ix_repairer_standing_lat_lon", "repairer", ["standing", "lat", "lon"])
    op.drop_index("ix_repairer_near", "repairer")
