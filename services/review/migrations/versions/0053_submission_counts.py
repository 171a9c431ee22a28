"""How often a case's claim was sent in, and those that were merged into it: of these times not every one is told any more."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

COUNTS = ("submission_count", "also_submission_count")


def upgrade() -> None:
    op.add_column("cases", sa.Column("submission_count", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("cases", sa.Column("also_submission_count", sa.Integer(), nullable=False, server_default="0"))
    length = sa.func.jsonb_array_length if op.get_bind().dialect.name == "postgresql" else sa.func.json_array_length
    cases = sa.table("cases", *(sa.column(name) for name in ("submissions", "also_submitted", *COUNTS)))
    counted = {"submission_count": length(cases.c.submissions), "also_submission_count": length(cases.c.also_submitted)}
    op.execute(cases.update().values(counted))


def downgrade() -> None:
    op.drop_column("cases", "also_submission_count")
    op.drop_column("cases", "submission_count")
