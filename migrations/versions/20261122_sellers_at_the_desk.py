"""sellers at the desk: versions, the log of their standing, invitations, records by seller and day"""

import sqlalchemy as sa
from alembic import op

revision = "b94e07c2d651"
down_revision = "d18e6a40c7b2"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
STANDINGS = "('probation', 'active', 'suspended')"


def upgrade() -> None:
    # Not in a batch: that would make the table anew, and offers and parcels point at it.
    op.add_column("seller", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_index(
        "ix_quality_entry_seller_id_finished_on_id", "quality_entry", ["seller_id", "finished_on", "id"]
    )
    op.create_table(
        "seller_standing",
        sa.Column("id", ID, nullable=False),
        sa.Column("seller_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("from_standing", sa.String(length=12), nullable=False),
        sa.Column("to_standing", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(f"from_standing IN {STANDINGS}", name=op.f("ck_seller_standing_from_standing")),
        sa.CheckConstraint(f"to_standing IN {STANDINGS}", name=op.f("ck_seller_standing_to_standing")),
        *_people("seller_standing"),
    )
    op.create_index("ix_seller_standing_seller_id_id", "seller_standing", ["seller_id", "id"])
    op.create_index("ix_seller_standing_person_id", "seller_standing", ["person_id"])
    op.create_table(
        "seller_invitation",
        sa.Column("id", ID, nullable=False),
        sa.Column("seller_id", ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_seller_invitation_email")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_seller_invitation_token_hash")),
        *_people("seller_invitation"),
    )
    op.create_index("ix_seller_invitation_seller_id", "seller_invitation", ["seller_id"])
    op.create_index("ix_seller_invitation_person_id", "seller_invitation", ["person_id"])


def _people(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["seller_id"], ["seller.id"], name=op.f(f"fk_{table}_seller_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    op.drop_table("seller_invitation")
    op.drop_table("seller_standing")
    op.drop_index("ix_quality_entry_seller_id_finished_on_id", "quality_entry")
    op.drop_column("seller", "version")
