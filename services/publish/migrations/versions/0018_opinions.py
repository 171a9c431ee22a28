"""Whether readers found a fact-check useful, as numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinions",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_useful", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["checks.claim_id"], name="fk_opinions_claim_id"),
        sa.PrimaryKeyConstraint("claim_id", "revision", "is_useful", name="pk_opinions"),
    )


def downgrade() -> None:
    op.drop_table("opinions")
