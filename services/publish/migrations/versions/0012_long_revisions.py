"""A message's revision may be a moment in microseconds."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("outbox", "inbox"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                "revision", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False
            )


def downgrade() -> None:
    for table in ("outbox", "inbox"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                "revision", existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=False
            )
