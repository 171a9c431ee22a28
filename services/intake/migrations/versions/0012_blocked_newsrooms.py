"""Newsrooms from which nothing is taken."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("newsrooms", sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("newsrooms", sa.Column("blocked_because", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("newsrooms", "blocked_because")
    op.drop_column("newsrooms", "blocked_at")
