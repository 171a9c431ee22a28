"""Pictures of checks, for other sites. `rerender` has those of what was published before drawn."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["checks.claim_id"], name="fk_cards_claim_id"),
        sa.PrimaryKeyConstraint("claim_id", name="pk_cards"),
    )


def downgrade() -> None:
    op.drop_table("cards")
