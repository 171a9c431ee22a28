"""Newsrooms may be blocked by the admin's command; a decision's revision is its moment in microseconds."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("senders", schema=None) as batch_op:
        batch_op.alter_column("revision", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)
        batch_op.alter_column("decided_by", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM senders WHERE decided_by IS NULL")
    with op.batch_alter_table("senders", schema=None) as batch_op:
        batch_op.alter_column("decided_by", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("revision", existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=False)
