"""The language of a verdict, and questions that readers see the answers of."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("verdicts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("translation_of", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_verdicts_translation_of"), "cases", ["translation_of"], ["id"])
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_column("public")
    with op.batch_alter_table("verdicts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_verdicts_translation_of"), type_="foreignkey")
        batch_op.drop_column("translation_of")
        batch_op.drop_column("language")
