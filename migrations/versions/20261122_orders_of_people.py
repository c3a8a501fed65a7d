"""orders of people, and their addresses"""

import sqlalchemy as sa
from alembic import op

revision = "f7a1b3c58d20"
down_revision = "b83e5d2f6a91"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "address",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("street", sa.String(200), nullable=False),
        sa.Column("street_more", sa.String(200), nullable=False),
        sa.Column("postcode", sa.String(20), nullable=False),
        sa.Column("city", sa.String(120), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_address_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    op.create_index("ix_address_person_id_used_at", "address", ["person_id", "used_at"])
    with op.batch_alter_table("shop_order") as batch:
        batch.add_column(sa.Column("person_id", BIG, nullable=True))
        batch.create_foreign_key(
            op.f("fk_shop_order_person_id"), "person", ["person_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_shop_order_person_id_placed_at", "shop_order", ["person_id", "placed_at"])
    op.create_index("ix_shop_order_email", "shop_order", ["email"])


def downgrade() -> None:
    op.drop_index("ix_shop_order_email", "shop_order")
    op.drop_index("ix_shop_order_person_id_placed_at", "shop_order")
    with op.batch_alter_table("shop_order") as table:
        table.drop_constraint(op.f("fk_shop_order_person_id"), type_="foreignkey")
        table.drop_column("person_id")
    op.drop_table("address")
