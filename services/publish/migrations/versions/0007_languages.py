"""The language in which a verdict is written, and the claim whose verdict it translates."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("written_in", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("translation_of", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_checks_translation_of"), ["translation_of"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checks_translation_of"))
        batch_op.drop_column("translation_of")
        batch_op.drop_column("written_in")
