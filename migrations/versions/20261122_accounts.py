"""accounts: people, roles, sessions, mailed codes"""

import sqlalchemy as sa
from alembic import op

revision = "b64f20c9d71e"
down_revision = "3d81c6a0f7e4"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", BIG, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_salt", sa.String(length=64), nullable=False),
        sa.Column("totp_step", BIG, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("confirmed_at", AT, nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "person_role",
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("given_at", AT, nullable=False),
        sa.CheckConstraint("role IN ('business', 'repairer', 'operator')", name=op.f("ck_person_role_role")),
        _of_person("person_role"),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_role")),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        _of_person("sign_in"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index("ix_sign_in_person_id", "sign_in", ["person_id"])
    op.create_index("ix_sign_in_began_at", "sign_in", ["began_at"])
    _create_mailed_code()
    op.create_table(
        "wrong_tries",
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", AT, nullable=False),
        sa.Column("next_at", AT, nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_wrong_tries_count")),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_wrong_tries")),
    )
    op.create_index("ix_wrong_tries_last_at", "wrong_tries", ["last_at"])
    op.create_table(
        "recovery_code",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", AT, nullable=True),
        _of_person("recovery_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("person_id", "code_hash", name=op.f("uq_recovery_code_person_id_code_hash")),
    )


def _create_mailed_code() -> None:
    op.create_table(
        "mailed_code",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.CheckConstraint(
            "purpose IN ('sign-up', 'new-password', 'new-mail')", name=op.f("ck_mailed_code_purpose")
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_mailed_code_tries")),
        _of_person("mailed_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_code")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_mailed_code_key_hash")),
    )
    op.create_index("ix_mailed_code_made_at", "mailed_code", ["made_at"])
    op.create_index("ix_mailed_code_person_id", "mailed_code", ["person_id"])


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in ("recovery_code", "wrong_tries", "mailed_code", "sign_in", "person_role", "person"):
        op.drop_table(table)
