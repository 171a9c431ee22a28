"""Which pages are to be pictured, in the order in which they came."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

WANTED = sa.text("picture_due_at IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("copies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("picture_due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_copies_picture_due_at_id"),
            ["picture_due_at", "id"],
            postgresql_where=WANTED,
            sqlite_where=WANTED,
        )


def downgrade() -> None:
    with op.batch_alter_table("copies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_copies_picture_due_at_id"), postgresql_where=WANTED, sqlite_where=WANTED)
        batch_op.drop_column("picture_due_at")
