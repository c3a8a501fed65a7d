"""repair bonuses, with the French ones of 2024"""

from datetime import date

import sqlalchemy as sa
from alembic import op

from storefront.core.database import BigId

revision = "b6e2f07d3a19"
down_revision = "a7d41c90be52"
branch_labels = None
depends_on = None

CATEGORIES = (
    "smartphones", "tablets", "laptops", "desktops", "monitors", "consoles", "watches", "audio", "e-readers", "tvs",
    "appliances",
)  # fmt: skip
SOURCE = "QualiRépar, « Bonus réparation : quel montant pour votre appareil »"
# Amount and smallest bill in euros, as the leaflet has them. Headphones, watches and e-readers are not in it.
FRENCH = {
    "smartphones": (25, 0),
    "tablets": (25, 0),
    "laptops": (50, 150),
    "desktops": (50, 150),
    "consoles": (20, 0),
    "monitors": (30, 100),
    "tvs": (60, 0),
}


def upgrade() -> None:
    bonus = op.create_table(
        "repair_bonus",
        sa.Column("id", BigId, nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("amount_minor", BigId, nullable=False),
        sa.Column("minimum_minor", BigId, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.CheckConstraint(f"category IN {CATEGORIES}", name="category"),
        sa.CheckConstraint("amount_minor >= 0 AND minimum_minor >= 0", name="amounts"),
        sa.CheckConstraint("until IS NULL OR until >= since", name="until"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_bonus")),
    )
    op.create_index(
        "uq_repair_bonus_country_category_since",
        "repair_bonus",
        ["country", "category", "since"],
        unique=True,
    )
    op.bulk_insert(
        bonus,
        [
            {
                "country": "FR",
                "category": category,
                "amount_minor": 100 * amount,
                "minimum_minor": 100 * minimum,
                "currency": "EUR",
                "since": date(2024, 1, 1),
                "until": None,
                "source": SOURCE,
            }
            for category, (amount, minimum) in FRENCH.items()
        ],
    )


def downgrade() -> None:
    op.drop_table("repair_bonus")
