"""How often a check's page and its frame were opened, by day."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TO_TELL = sa.text("to_tell")


def upgrade() -> None:
    op.create_table(
        "page_views",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("to_tell", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["checks.claim_id"], name="fk_page_views_claim_id"),
        sa.PrimaryKeyConstraint("claim_id", "day", name="pk_page_views"),
    )
    op.create_index(
        "ix_page_views_to_tell", "page_views", ["day", "claim_id"], sqlite_where=TO_TELL, postgresql_where=TO_TELL
    )


def downgrade() -> None:
    op.drop_table("page_views")
