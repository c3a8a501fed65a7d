"""repairers and places"""

import sqlalchemy as sa
from alembic import op

revision = "7a1e4c90b3d8"
down_revision = "3c9f1e58a6d4"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
STANDINGS = "('applied', 'listed', 'verified', 'suspended', 'refused')"
CATEGORIES = (
    "('smartphones', 'tablets', 'laptops', 'desktops', 'monitors', 'consoles', 'watches', 'audio', 'e-readers', "
    "'tvs', 'appliances')"
)
OUTCOMES = (
    "('repaired', 'not_repairable', 'declined', 'expired', "
    "'rated_5', 'rated_4', 'rated_3', 'rated_2', 'rated_1')"
)


def upgrade() -> None:
    op.create_table(
        "postcode",
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("country", "code", name=op.f("pk_postcode")),
    )
    op.create_table(
        "repairer",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("register_number", sa.String(length=40), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("verified_until", sa.Date(), nullable=True),
        sa.Column("reminded_of", sa.Date(), nullable=True),
        sa.Column("bonus_label", sa.Boolean(), nullable=False),
        sa.Column("drop_off", sa.Boolean(), nullable=False),
        sa.Column("mail_in", sa.Boolean(), nullable=False),
        sa.Column("at_home", sa.Boolean(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("languages", sa.String(length=60), nullable=False),
        sa.Column("insurer", sa.String(length=120), nullable=False),
        sa.Column("insurance_policy", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.String(length=80), nullable=True),
        sa.Column("licence_note", sa.String(length=300), nullable=False),
        sa.Column("agreed_at", TIME, nullable=True),
        sa.Column("proved_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("finished", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bad", sa.Double(), server_default="0", nullable=False),
        sa.Column("risk", sa.Double(), nullable=False),
        sa.Column("search_text", sa.String(length=700), nullable=False),
        sa.CheckConstraint("(source = '') = (source_id IS NULL)", name=op.f("ck_repairer_source")),
        sa.CheckConstraint(
            "standing <> 'verified' OR verified_until IS NOT NULL", name=op.f("ck_repairer_verified_until")
        ),
        sa.CheckConstraint(f"standing IN {STANDINGS}", name=op.f("ck_repairer_standing")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_repairer_email")),
        sa.CheckConstraint(
            "lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180", name=op.f("ck_repairer_place")
        ),
        sa.CheckConstraint("risk BETWEEN 0 AND 1", name=op.f("ck_repairer_risk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairer")),
        sa.UniqueConstraint("slug", name=op.f("uq_repairer_slug")),
    )
    op.create_index("ix_repairer_email", "repairer", ["email"])
    op.create_index("ix_repairer_name_id", "repairer", ["name", "id"])
    op.create_index("ix_repairer_register_number", "repairer", ["register_number"])
    op.create_index("ix_repairer_standing_lat_lon", "repairer", ["standing", "lat", "lon"])
    op.create_index("uq_repairer_source_source_id", "repairer", ["source", "source_id"], unique=True)

    op.create_table(
        "town_name",
        sa.Column("id", ID, nullable=False),
        sa.Column("town", ID, nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("folded", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_town_name")),
    )
    op.create_index("ix_town_name_country_folded", "town_name", ["country", "folded"])

    op.create_table(
        "repair_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("repairer_id", ID, nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.CheckConstraint(f"outcome IN {OUTCOMES}", name=op.f("ck_repair_entry_outcome")),
        sa.ForeignKeyConstraint(
            ["repairer_id"], ["repairer.id"], name=op.f("fk_repair_entry_repairer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_entry")),
    )
    op.create_index("ix_repair_entry_ended_on", "repair_entry", ["ended_on"])
    op.create_index("ix_repair_entry_repairer_id_ended_on", "repair_entry", ["repairer_id", "ended_on"])
    op.create_index(
        "uq_repair_entry_repairer_id_reference", "repair_entry", ["repairer_id", "reference"], unique=True
    )

    op.create_table(
        "repairer_category",
        sa.Column("repairer_id", ID, nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.CheckConstraint(f"category IN {CATEGORIES}", name=op.f("ck_repairer_category_category")),
        sa.ForeignKeyConstraint(
            ["repairer_id"],
            ["repairer.id"],
            name=op.f("fk_repairer_category_repairer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("repairer_id", "category", name=op.f("pk_repairer_category")),
    )
    op.create_table(
        "repairer_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("repairer_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("to_standing", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("checked", sa.String(length=200), nullable=False),
        sa.CheckConstraint(f"to_standing IN {STANDINGS}", name=op.f("ck_repairer_event_to_standing")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_repairer_event_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["repairer_id"], ["repairer.id"], name=op.f("fk_repairer_event_repairer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairer_event")),
    )
    op.create_index("ix_repairer_event_person_id", "repairer_event", ["person_id"])
    op.create_index("ix_repairer_event_repairer_id_id", "repairer_event", ["repairer_id", "id"])

    op.create_table(
        "repairer_price",
        sa.Column("id", ID, nullable=False),
        sa.Column("repairer_id", ID, nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("fault", sa.String(length=40), nullable=False),
        sa.Column("low_minor", ID, nullable=False),
        sa.Column("high_minor", ID, nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.CheckConstraint(f"category IN {CATEGORIES}", name=op.f("ck_repairer_price_category")),
        sa.CheckConstraint("low_minor > 0 AND low_minor <= high_minor", name=op.f("ck_repairer_price_range")),
        sa.ForeignKeyConstraint(
            ["repairer_id"], ["repairer.id"], name=op.f("fk_repairer_price_repairer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairer_price")),
    )
    op.create_index("ix_repairer_price_category_fault", "repairer_price", ["category", "fault"])
    op.create_index(
        "uq_repairer_price_repairer_category_fault",
        "repairer_price",
        ["repairer_id", "category", "fault"],
        unique=True,
    )

    op.create_table(
        "settled_quote",
        sa.Column("id", ID, nullable=False),
        sa.Column("repairer_id", ID, nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("fault", sa.String(length=40), nullable=False),
        sa.Column("price_minor", ID, nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.CheckConstraint(f"category IN {CATEGORIES}", name=op.f("ck_settled_quote_category")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_settled_quote_price")),
        sa.ForeignKeyConstraint(
            ["repairer_id"], ["repairer.id"], name=op.f("fk_settled_quote_repairer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settled_quote")),
    )
    op.create_index("ix_settled_quote_category_fault", "settled_quote", ["category", "fault"])
    op.create_index(
        "uq_settled_quote_repairer_id_reference", "settled_quote", ["repairer_id", "reference"], unique=True
    )


def downgrade() -> None:

    op.drop_table("settled_quote")

    op.drop_table("repairer_price")

    op.drop_table("repairer_event")
    op.drop_table("repairer_category")

    op.drop_table("repair_entry")

    op.drop_table("town_name")

    op.drop_table("repairer")
    op.drop_table("postcode")
