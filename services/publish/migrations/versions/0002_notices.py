"""What readers are told before there is a verdict."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notice_revision", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("notice", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )
        batch_op.add_column(sa.Column("notice_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_checks_notice_at"),
            ["notice_at"],
            unique=False,
            postgresql_where=sa.text("revision = 0 AND notice_at IS NOT NULL"),
            sqlite_where=sa.text("revision = 0 AND notice_at IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_checks_notice_at"),
            postgresql_where=sa.text("revision = 0 AND notice_at IS NOT NULL"),
            sqlite_where=sa.text("revision = 0 AND notice_at IS NOT NULL"),
        )
        batch_op.drop_column("notice_at")
        batch_op.drop_column("notice")
        batch_op.drop_column("notice_revision")
