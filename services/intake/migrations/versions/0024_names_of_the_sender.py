"""Claims are found by the name that their sender gave them."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

NAMED = sa.text("external_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        op.f("ix_submissions_newsroom_id_external_id"),
        "submissions",
        ["newsroom_id", "external_id"],
        postgresql_where=NAMED,
        sqlite_where=NAMED,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_submissions_newsroom_id_external_id"), "submissions")
