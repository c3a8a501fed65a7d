"""how the desk finds offers by the beginning of their SKU"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "3c9f1e58a6d4"
down_revision = "b94e07c2d651"
branch_labels = None
depends_on = None

LONGEST = 80
BY_BYTES = sa.String(length=LONGEST).with_variant(sa.String(length=LONGEST, collation="C"), "postgresql")


def upgrade() -> None:
    # Not in a batch: SQLite would make the table anew, with all its offers. It keeps the default.
    op.add_column("offer", sa.Column("sku_folded", BY_BYTES, nullable=False, server_default=""))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("offer", "sku_folded", server_default=None)
    _fill()
    op.create_index("ix_offer_sku_folded", "offer", ["sku_folded"])


def _fill() -> None:
    offers = sa.table("offer", sa.column("id"), sa.column("sku"), sa.column("sku_folded"))
    connection = op.get_bind()
    rows = connection.execute(sa.select(offers.c.id, offers.c.sku)).all()
    if rows:
        statement = sa.update(offers).where(offers.c.id == sa.bindparam("offer_id"))
        connection.execute(
            statement.values(sku_folded=sa.bindparam("found_by")),
            [{"offer_id": row.id, "found_by": _folded(row.sku)[:LONGEST]} for row in rows],
        )


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def downgrade() -> None:
    op.drop_index("ix_offer_sku_folded", "offer")
    op.drop_column("offer", "sku_folded")
