"""how far a file that somebody handed in has come"""

import sqlalchemy as sa
from alembic import op

revision = "7d20c4a91b3e"
down_revision = "7a1e4c90b3d8"
branch_labels = None
depends_on = None

STATES = ("waiting", "wanted", "loading", "stopped", "loaded")


def upgrade() -> None:
    with op.batch_alter_table("offer_upload") as table:
        table.add_column(sa.Column("state", sa.String(length=10), nullable=False, server_default="waiting"))
        table.add_column(sa.Column("key", sa.String(length=32), nullable=False, server_default=""))
        table.create_check_constraint("state", f"state IN {STATES}")
    op.execute("UPDATE offer_upload SET state = 'loaded' WHERE outcome <> ''")
    with op.batch_alter_table("offer_upload") as table:
        table.alter_column("state", server_default=None)
        table.alter_column("key", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("offer_upload") as table:
        table.drop_constraint("state", type_="check")
        table.drop_column("key")
        table.drop_column("state")
