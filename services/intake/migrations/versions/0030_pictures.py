"""Pictures of the pages of which there are copies."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("copies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("picture_sha256", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("picture_bytes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("picture_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("no_picture", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("copies", schema=None) as batch_op:
        batch_op.drop_column("no_picture")
        batch_op.drop_column("picture_at")
        batch_op.drop_column("picture_bytes")
        batch_op.drop_column("picture_sha256")
