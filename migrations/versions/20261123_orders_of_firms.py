"""orders of firms: who is billed, their purchase order, days to pay, and the day a parcel is wanted on"""

import sqlalchemy as sa
from alembic import op

revision = "c3a7e915d0b4"
down_revision = "0b6f3d9ac241"
branch_labels = None
depends_on = None

COLUMNS = (
    ("firm_name", sa.String(200)),
    ("register_number", sa.String(40)),
    ("vat_id", sa.String(20)),
    ("billing_street", sa.String(200)),
    ("billing_street_more", sa.String(200)),
    ("billing_postcode", sa.String(20)),
    ("billing_city", sa.String(120)),
    ("billing_country", sa.String(2)),
    ("purchase_order", sa.String(80)),
    ("invoice_days", sa.Integer()),
    ("due_on", sa.Date()),
)


def upgrade() -> None:
    # Not in a batch: that would make the tables anew, and others point at them.
    for name, kind in COLUMNS:
        op.add_column("shop_order", sa.Column(name, kind, nullable=True))
    op.add_column("parcel", sa.Column("wanted_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("parcel", "wanted_on")
    for name, _kind in reversed(COLUMNS):
        op.drop_column("shop_order", name)
