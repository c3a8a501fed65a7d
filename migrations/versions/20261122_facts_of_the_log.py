"""the log of orders: what the shop says of an entry, as a code and an amount"""

import sqlalchemy as sa
from alembic import op

revision = "a90d4c61be27"
down_revision = "d4b81a6e30c7"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# What used to stand there in English: the verb, who did it, the words, and their code.
_SAID = (
    ("cancel", "system", "not paid in time", "unpaid"),
    ("cancel", "customer", "withdrawn", "withdrawn"),
    ("return", "", "withdrawn", "withdrawn"),
    ("return", "", "defect", "defect"),
    ("return", "", "wrong_grade", "wrong_grade"),
    ("note", "system", "paid more than was owed: the difference is to be paid back", "too much"),
    ("note", "system", "paid twice: the difference is to be paid back", "again"),
    ("note", "system", "paid too late, units gone: to be paid back", "gone"),
    ("note", "system", "paid after it was cancelled: to be paid back", "cancelled"),
)


def upgrade() -> None:
    op.add_column("order_event", sa.Column("code", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("order_event", sa.Column("amount_minor", ID, nullable=True))
    told = sa.text(
        "UPDATE order_event SET code = :code, note = '' "
        "WHERE verb = :verb AND note = :words AND (:actor = '' OR actor = :actor)"
    )
    for verb, actor, words, code in _SAID:
        op.execute(told.bindparams(verb=verb, actor=actor, words=words, code=code))


def downgrade() -> None:
    back = sa.text(
        "UPDATE order_event SET note = :words WHERE verb = :verb AND code = :code AND note = '' "
        "AND (:actor = '' OR actor = :actor)"
    )
    for verb, actor, words, code in _SAID:
        op.execute(back.bindparams(verb=verb, actor=actor, words=words, code=code))
    with op.batch_alter_table("order_event") as batch:
        batch.drop_column("amount_minor")
        batch.drop_column("code")
