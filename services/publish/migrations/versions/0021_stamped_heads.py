"""The stamp that an authority gave for a head of the desk's history."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("history_heads", sa.Column("authority", sa.String(), nullable=True))
    op.add_column("history_heads", sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("history_heads", sa.Column("stamp", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    for name in ("stamp", "stamped_at", "authority"):
        op.drop_column("history_heads", name)
