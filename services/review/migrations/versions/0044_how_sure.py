"""How sure the desk is of a verdict, and what that rests on."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("verdicts", sa.Column("confidence", sa.String(), nullable=True))
    op.add_column("verdicts", sa.Column("rests_on", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("verdicts", "rests_on")
    op.drop_column("verdicts", "confidence")
