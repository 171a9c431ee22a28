"""Which challenge somebody was told of, so that what they are told leads there."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notifications", sa.Column("dispute_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("notifications", "dispute_id")
