"""Uploaded files are known by the names of their columns, and say whose mapping they were given."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("uploads") as batch_op:
        batch_op.add_column(sa.Column("header", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("mapped_like", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("uploads") as batch_op:
        batch_op.drop_column("mapped_like")
        batch_op.drop_column("header")
