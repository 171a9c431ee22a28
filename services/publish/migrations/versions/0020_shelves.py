"""The index of what says the same has shelves; what is public stands on one."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("match_texts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shelf", sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_match_texts_shelf_number"), "match_texts", ["shelf", "number"])


def downgrade() -> None:
    op.drop_index(op.f("ix_match_texts_shelf_number"), "match_texts")
    with op.batch_alter_table("match_texts", schema=None) as batch_op:
        batch_op.drop_column("shelf")
