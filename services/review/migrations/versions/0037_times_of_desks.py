"""How long work may lie at a desk."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

TIMES = ("idle_remind_hours", "idle_offer_hours", "due_remind_hours")


def upgrade() -> None:
    for name in TIMES:
        op.add_column("desks", sa.Column(name, sa.Float(), nullable=True))


def downgrade() -> None:
    for name in TIMES:
        op.drop_column("desks", name)
