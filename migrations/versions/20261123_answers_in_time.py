"""how soon repairers answer is an entry of their record; answers that were given already count, too"""

from alembic import op

revision = "e8a41f60b2d9"
down_revision = "9b3d50f1c2a7"
branch_labels = None
depends_on = None

OUTCOMES = (
    "repaired", "not_repairable", "declined", "expired", "rated_5", "rated_4", "rated_3", "rated_2", "rated_1",
)  # fmt: skip


def upgrade() -> None:
    _allow((*OUTCOMES, "answered", "answered_late"))
    op.execute(
        """
        INSERT INTO repair_entry (repairer_id, reference, ended_on, outcome, words, hidden, recorded_at)
        SELECT repairer_id, 'referral-' || id || '-answer', date(answered_at),
            CASE WHEN answered_after <= 2 * 86400 THEN 'answered' ELSE 'answered_late' END, '', false, answered_at
        FROM referral
        WHERE kind = 'network' AND repairer_id IS NOT NULL AND answered_at IS NOT NULL
        """
    )


def downgrade() -> None:
    op.execute("DELETE FROM repair_entry WHERE outcome IN ('answered', 'answered_late')")
    _allow(OUTCOMES)


def _allow(outcomes: tuple[str, ...]) -> None:
    name = op.f("ck_repair_entry_outcome")
    with op.batch_alter_table("repair_entry") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"outcome IN {outcomes}")
