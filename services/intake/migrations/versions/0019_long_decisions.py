"""The revision of a decision on a newsroom is its moment in microseconds."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("newsrooms", schema=None) as batch_op:
        batch_op.alter_column(
            "decision_revision", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_server_default="0"
        )


def downgrade() -> None:
    with op.batch_alter_table("newsrooms", schema=None) as batch_op:
        batch_op.alter_column(
            "decision_revision", existing_type=sa.BigInteger(), type_=sa.Integer(), existing_server_default="0"
        )
