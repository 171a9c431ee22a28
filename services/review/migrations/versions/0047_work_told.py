"""What intake was told of the work on a case."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("cases", sa.Column("work_revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("work_told", json, nullable=False, server_default="{}"))
    op.add_column("cases", sa.Column("late_told_for", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("late_told_for", "work_told", "work_revision"):
        op.drop_column("cases", name)
