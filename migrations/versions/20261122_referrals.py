"""referrals: a case in the hands of one repairer, and its log"""

import sqlalchemy as sa
from alembic import op

from storefront.core.database import BigId, UtcDateTime

revision = "b5c80e7d2f13"
down_revision = "b6e2f07d3a19"
branch_labels = None
depends_on = None

KINDS = ("network", "guarantee")
STATES = (
    "sent",
    "accepted",
    "quoted",
    "agreed",
    "repaired",
    "not_repairable",
    "no_show",
    "declined",
    "expired",
    "quote_refused",
    "cancelled",
)
CATEGORIES = (
    "smartphones",
    "tablets",
    "laptops",
    "desktops",
    "monitors",
    "consoles",
    "watches",
    "audio",
    "e-readers",
    "tvs",
    "appliances",
)


def upgrade() -> None:
    op.create_table(
        "referral",
        sa.Column("id", BigId, nullable=False),
        sa.Column("idempotency_key", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("customer_hash", sa.String(64), nullable=True),
        sa.Column("repairer_hash", sa.String(64), nullable=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("repairer_id", BigId, nullable=True),
        sa.Column("seller_id", BigId, nullable=True),
        sa.Column("line_id", BigId, nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("previous_id", BigId, nullable=True),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("times", sa.String(200), nullable=False),
        sa.Column("way", sa.String(12), nullable=False),
        sa.Column("place_text", sa.String(80), nullable=False),
        sa.Column("town", sa.String(120), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("firm", sa.Boolean(), nullable=False),
        sa.Column("agreed_at", UtcDateTime(), nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("model_id", BigId, nullable=True),
        sa.Column("device", sa.String(160), nullable=False),
        sa.Column("fault", sa.String(40), nullable=False),
        sa.Column("compared_minor", BigId, nullable=True),
        sa.Column("compared_with", sa.String(12), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("quote_minor", BigId, nullable=True),
        sa.Column("bonus_minor", BigId, nullable=False),
        sa.Column("meeting_at", UtcDateTime(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("rating_words", sa.String(500), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_after", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("expire_at", UtcDateTime(), nullable=True),
        sa.Column("blank_at", UtcDateTime(), nullable=True),
        sa.Column("blanked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_referral_kind")),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_referral_state")),
        sa.CheckConstraint(f"category IN {CATEGORIES}", name=op.f("ck_referral_category")),
        sa.CheckConstraint("way IN ('drop_off', 'mail_in', 'at_home')", name=op.f("ck_referral_way")),
        sa.CheckConstraint(
            "compared_with IN ('', 'refurbished', 'new')", name=op.f("ck_referral_compared_with")
        ),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_referral_rating")),
        sa.CheckConstraint(
            "quote_minor >= 0 AND bonus_minor BETWEEN 0 AND quote_minor", name=op.f("ck_referral_quote")
        ),
        sa.CheckConstraint(
            "(kind = 'network' AND repairer_id IS NOT NULL AND line_id IS NULL) OR "
            "(kind = 'guarantee' AND repairer_id IS NULL AND seller_id IS NOT NULL AND line_id IS NOT NULL)",
            name=op.f("ck_referral_other_side"),
        ),
        sa.ForeignKeyConstraint(["repairer_id"], ["repairer.id"], name=op.f("fk_referral_repairer_id")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_referral_seller_id")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_referral_line_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["referral.id"], name=op.f("fk_referral_previous_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_referral_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["model.id"], name=op.f("fk_referral_model_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_referral_idempotency_key")),
        sa.UniqueConstraint("customer_hash", name=op.f("uq_referral_customer_hash")),
        sa.UniqueConstraint("repairer_hash", name=op.f("uq_referral_repairer_hash")),
        sa.UniqueConstraint("previous_id", name=op.f("uq_referral_previous_id")),
    )
    for columns in (
        ("repairer_id",),
        ("seller_id", "state"),
        ("line_id",),
        ("person_id",),
        ("state", "id"),
        ("remind_at",),
        ("expire_at",),
        ("blank_at",),
        ("answered_at",),
    ):
        op.create_index(f"ix_referral_{'_'.join(columns)}", "referral", list(columns))
    op.create_table(
        "referral_event",
        sa.Column("id", BigId, nullable=False),
        sa.Column("referral_id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("side", sa.String(12), nullable=False),
        sa.Column("person_id", BigId, nullable=True),
        sa.Column("verb", sa.String(20), nullable=False),
        sa.Column("from_state", sa.String(16), nullable=False),
        sa.Column("to_state", sa.String(16), nullable=False),
        sa.Column("fact", sa.String(80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "side IN ('customer', 'repairer', 'operator', 'system')", name=op.f("ck_referral_event_side")
        ),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_referral_event_referral_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_referral_event_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_event")),
    )
    op.create_index("ix_referral_event_referral_id", "referral_event", ["referral_id"])
    op.create_index("ix_referral_event_person_id", "referral_event", ["person_id"])


def downgrade() -> None:
    op.drop_table("referral_event")
    op.drop_table("referral")
