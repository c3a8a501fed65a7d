"""sellers' people"""

import sqlalchemy as sa
from alembic import op

revision = "c41d7a90e25b"
down_revision = "a2d95b7c4e10"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "seller_member",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("seller_id", BIG, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_seller_member_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f("fk_seller_member_seller_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "seller_id", name=op.f("pk_seller_member")),
    )
    op.create_index("ix_seller_member_seller_id", "seller_member", ["seller_id"])


def downgrade() -> None:
    op.drop_table("seller_member")
