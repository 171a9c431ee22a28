"""An index for each order of the queue, and the day on which a token was last used."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_due_at_id"), ["due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_state_id"), ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_urgency_id"), ["urgency", "id"], unique=False)

    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_used_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.drop_column("last_used_on")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_urgency_id"))
        batch_op.drop_index(batch_op.f("ix_cases_state_id"))
        batch_op.drop_index(batch_op.f("ix_cases_due_at_id"))
