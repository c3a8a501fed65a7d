"""impact of order lines"""

import sqlalchemy as sa
from alembic import op

revision = "549db31f04fa"
down_revision = "affd5d8d5564"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("impact_avoided_kg", sa.Double(), nullable=True))
        # The default is for the lines that are there already: what their pages said is not known any more.
        batch_op.add_column(sa.Column("impact_per", sa.String(length=10), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("impact_source", sa.String(length=300), nullable=False, server_default="")
        )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.alter_column("impact_per", server_default=None)
        batch_op.alter_column("impact_source", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.drop_column("impact_source")
        batch_op.drop_column("impact_per")
        batch_op.drop_column("impact_avoided_kg")
