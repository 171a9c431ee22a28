"""Addresses at which other systems hand messages in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbound_hooks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("newsroom_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("header", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("each", sa.Text(), nullable=True),
        sa.Column("mapping", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("passed_over", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["newsroom_id"], ["newsrooms.id"], name=op.f("fk_inbound_hooks_newsroom_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_hooks")),
    )
    with op.batch_alter_table("inbound_hooks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbound_hooks_newsroom_id"), ["newsroom_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("inbound_hooks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbound_hooks_newsroom_id"))

    op.drop_table("inbound_hooks")
