"""weights of categories, and the addresses that products and models had before"""

import sqlalchemy as sa
from alembic import op

revision = "c93f0d1e7b52"
down_revision = "e5b0c47d18f3"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # In plain SQL, since SQLite takes a CHECK with a new column only where the column stands: a batch would make the
    # table anew, and models and products point at it.
    op.execute(
        "ALTER TABLE category ADD COLUMN weight_g INTEGER CONSTRAINT ck_category_weight_g CHECK (weight_g > 0)"
    )
    for name, length in (("product", 200), ("model", 120)):
        op.create_table(
            f"old_{name}_slug",
            sa.Column("slug", sa.String(length=length), nullable=False),
            sa.Column(f"{name}_id", ID, nullable=False),
            sa.ForeignKeyConstraint(
                [f"{name}_id"],
                [f"{name}.id"],
                name=op.f(f"fk_old_{name}_slug_{name}_id"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("slug", name=op.f(f"pk_old_{name}_slug")),
        )
        op.create_index(f"ix_old_{name}_slug_{name}_id", f"old_{name}_slug", [f"{name}_id"])


def downgrade() -> None:
    for name in ("model", "product"):
        op.drop_table(f"old_{name}_slug")
    # Not in a batch: that would make the table anew, and models and products point at it.
    op.drop_column("category", "weight_g")
