"""Revisions of a verdict that the desk knows from the site alone: who checked them here is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("verdicts", schema=None) as batch_op:
        batch_op.alter_column("checked_by", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM verdicts WHERE checked_by IS NULL")
    with op.batch_alter_table("verdicts", schema=None) as batch_op:
        batch_op.alter_column("checked_by", existing_type=sa.Uuid(), nullable=False)
