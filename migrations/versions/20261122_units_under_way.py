"""units under way, counted for each seller"""

import sqlalchemy as sa
from alembic import op

revision = "e3b85c1f7a06"
down_revision = "b5c80e7d2f13"
branch_labels = None
depends_on = None

UNITS = """
SELECT coalesce(sum(order_line.quantity), 0) FROM parcel JOIN order_line ON order_line.parcel_id = parcel.id
WHERE parcel.seller_id = seller.id AND parcel.status IN ('placed', 'paid', 'accepted', 'shipped')
"""


def upgrade() -> None:
    # Not in a batch: that would make the table anew, and offers and parcels point at it.
    op.execute(
        "ALTER TABLE seller ADD COLUMN open_units INTEGER DEFAULT 0 NOT NULL "
        "CONSTRAINT ck_seller_open_units CHECK (open_units >= 0)"
    )
    op.execute(sa.text(f"UPDATE seller SET open_units = ({UNITS})"))  # noqa: S608 - nobody's text


def downgrade() -> None:
    with op.batch_alter_table("seller") as batch:
        batch.drop_constraint(op.f("ck_seller_open_units"), type_="check")
        batch.drop_column("open_units")
