"""Messages that are late are counted without looking at all that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

IS_LATE = sa.text("due_at IS NOT NULL AND tries >= 5")


def upgrade() -> None:
    op.create_index("ix_outbox_written_at", "outbox", ["written_at"], sqlite_where=IS_LATE, postgresql_where=IS_LATE)


def downgrade() -> None:
    op.drop_index("ix_outbox_written_at", table_name="outbox")
