"""How the work on a claim stands, and each step that was told of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("claims", sa.Column("work_revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("claims", sa.Column("under_way", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("claims", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("claims", sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", json, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_steps_claim_id_claims")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steps")),
    )
    op.create_index(op.f("ix_steps_claim_id_at"), "steps", ["claim_id", "at"])


def downgrade() -> None:
    op.drop_table("steps")
    for name in ("late", "due_at", "under_way", "work_revision"):
        op.drop_column("claims", name)
