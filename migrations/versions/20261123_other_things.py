"""repairers and referrals of things that are of none of the trade's categories"""

from alembic import op

revision = "4c7e19a2d6b0"
down_revision = "2c7e9a51d0b4"
branch_labels = None
depends_on = None

CATEGORIES = (
    "smartphones", "tablets", "laptops", "desktops", "monitors", "consoles", "watches", "audio", "e-readers", "tvs",
    "appliances",
)  # fmt: skip
TABLES = ("repairer_category", "referral")


def upgrade() -> None:
    _allow((*CATEGORIES, "other"))


def downgrade() -> None:
    op.execute("DELETE FROM repairer_category WHERE category = 'other'")
    # What it was is in the device's name.
    op.execute("UPDATE referral SET category = 'appliances' WHERE category = 'other'")
    _allow(CATEGORIES)


def _allow(categories: tuple[str, ...]) -> None:
    for table in TABLES:
        name = op.f(f"ck_{table}_category")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(name, type_="check")
            batch.create_check_constraint(name, f"category IN {categories}")
