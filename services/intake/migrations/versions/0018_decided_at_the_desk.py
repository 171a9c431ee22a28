"""Which decision of the desk's on a newsroom was heeded last."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("newsrooms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decision_revision", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("newsrooms", schema=None) as batch_op:
        batch_op.drop_column("decision_revision")
