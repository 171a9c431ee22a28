"""The few cases on which something has to be looked at are found among very many."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_alarms"))
        batch_op.create_index(
            "ix_cases_alarmed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("alarms > 0"),
            postgresql_where=sa.text("alarms > 0"),
        )


def downgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_cases_alarmed", sqlite_where=sa.text("alarms > 0"), postgresql_where=sa.text("alarms > 0")
        )
        batch_op.create_index(batch_op.f("ix_cases_alarms"), ["alarms"], unique=False)
