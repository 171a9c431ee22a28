"""What became of each message that another system handed in."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbound_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hook_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("beginning", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hook_id"], ["inbound_hooks.id"], name=op.f("fk_inbound_messages_hook_id_inbound_hooks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_messages")),
    )
    op.create_index(op.f("ix_inbound_messages_hook_id_id"), "inbound_messages", ["hook_id", "id"])


def downgrade() -> None:
    op.drop_table("inbound_messages")
