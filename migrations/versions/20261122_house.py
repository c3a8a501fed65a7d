"""settings, texts and shipping zones that are changed while the shop runs"""

import sqlalchemy as sa
from alembic import op

revision = "a2d95b7c4e10"
down_revision = "b64f20c9d71e"
branch_labels = None
depends_on = None

TEXTS = (
    "terms", "privacy", "imprint", "about",
    "grade-premium-summary", "grade-premium-screen", "grade-premium-body",
    "grade-excellent-summary", "grade-excellent-screen", "grade-excellent-body",
    "grade-good-summary", "grade-good-screen", "grade-good-body",
    "grade-fair-summary", "grade-fair-screen", "grade-fair-body",
)  # fmt: skip
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    state = op.create_table(
        "house_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_house_state_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_state")),
    )
    op.bulk_insert(state, [{"id": 1, "version": 0}])
    op.create_table(
        "house_setting",
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        *_changed(),
        sa.PrimaryKeyConstraint("section", "name", name=op.f("pk_house_setting")),
    )
    op.create_table(
        "house_text",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        *_changed(),
        sa.CheckConstraint(f"name IN {TEXTS}", name=op.f("ck_house_text_name")),
        sa.CheckConstraint("language IN ('en', 'fr')", name=op.f("ck_house_text_language")),
        sa.CheckConstraint("length(body) <= 20000", name=op.f("ck_house_text_body")),
        sa.PrimaryKeyConstraint("name", "language", name=op.f("pk_house_text")),
    )
    _shipping()


def _changed() -> list[sa.Column]:
    return [
        sa.Column("version", ID, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", ID, nullable=True),
    ]


def _shipping() -> None:
    op.create_table(
        "shipping_zone",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        *_changed(),
        sa.CheckConstraint("name <> ''", name=op.f("ck_shipping_zone_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_zone")),
        sa.UniqueConstraint("name", name=op.f("uq_shipping_zone_name")),
    )
    op.create_table(
        "shipping_country",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("zone_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["shipping_zone.id"], name=op.f("fk_shipping_country_zone_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_shipping_country")),
    )
    op.create_index("ix_shipping_country_zone_id", "shipping_country", ["zone_id"])
    op.create_table(
        "shipping_method",
        sa.Column("id", ID, nullable=False),
        sa.Column("zone_id", ID, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("travel_days", sa.Integer(), nullable=False),
        sa.Column("free_from_minor", ID, nullable=True),
        sa.CheckConstraint("code IN ('standard', 'express')", name=op.f("ck_shipping_method_code")),
        sa.CheckConstraint("travel_days BETWEEN 0 AND 60", name=op.f("ck_shipping_method_travel_days")),
        sa.CheckConstraint("free_from_minor >= 0", name=op.f("ck_shipping_method_free_from")),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["shipping_zone.id"], name=op.f("fk_shipping_method_zone_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_method")),
        sa.UniqueConstraint("zone_id", "code", name=op.f("uq_shipping_method_zone_id_code")),
    )
    op.create_table(
        "shipping_step",
        sa.Column("method_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("up_to_g", sa.Integer(), nullable=True),
        sa.Column("price_minor", ID, nullable=False),
        sa.CheckConstraint("up_to_g > 0", name=op.f("ck_shipping_step_up_to")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_shipping_step_price")),
        sa.ForeignKeyConstraint(
            ["method_id"], ["shipping_method.id"], name=op.f("fk_shipping_step_method_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("method_id", "position", name=op.f("pk_shipping_step")),
    )


def downgrade() -> None:
    for table in (
        "shipping_step",
        "shipping_method",
        "shipping_country",
        "shipping_zone",
        "house_text",
        "house_setting",
        "house_state",
    ):
        op.drop_table(table)
