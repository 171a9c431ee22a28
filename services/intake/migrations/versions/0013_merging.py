"""Claims whose state and verdict are those of another that says the same."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("unmerged_revision", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("unmerged_published", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.drop_column("unmerged_published")
        batch_op.drop_column("unmerged_revision")
        batch_op.drop_column("merged_into")
