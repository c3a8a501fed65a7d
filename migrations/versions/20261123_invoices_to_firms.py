"""invoices say what firms need: their numbers, their order's number, the due date, the seller's country"""

import sqlalchemy as sa
from alembic import op

revision = "0b6f3d9ac241"
down_revision = "e8a41f60b2d9"
branch_labels = None
depends_on = None

_TEXTS = {
    "seller_country": 2,
    "buyer_contact": 120,
    "buyer_email": 254,
    "buyer_register_number": 40,
    "buyer_vat_id": 20,
    "purchase_order": 80,
    "pay_to_name": 200,
    "pay_to_iban": 40,
}


def upgrade() -> None:
    with op.batch_alter_table("invoice") as batch:
        for name, length in _TEXTS.items():
            batch.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
        # Firms have longer names than people.
        batch.alter_column("buyer_name", existing_type=sa.String(120), type_=sa.String(200))
        batch.add_column(sa.Column("due_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("invoice") as batch:
        for name in ("due_on", *_TEXTS):
            batch.drop_column(name)
        batch.alter_column("buyer_name", existing_type=sa.String(200), type_=sa.String(120))
