"""What people are told can be about a desk: its ratings wait for a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notifications", sa.Column("desk_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("notifications", "desk_id")
