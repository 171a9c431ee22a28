"""Pages are made anew beside those that readers have."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "renewals",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("look", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("last", sa.Uuid(), nullable=True),
        sa.Column("stretch", sa.Integer(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_renewals"),
    )
    op.create_table(
        "new_pages",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("renewal", sa.Integer(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("page", sa.LargeBinary(), nullable=False),
        sa.Column("page_gzip", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["checks.claim_id"], name="fk_new_pages_claim_id"),
        sa.PrimaryKeyConstraint("claim_id", name="pk_new_pages"),
    )
    op.create_index("ix_new_pages_renewal", "new_pages", ["renewal"])


def downgrade() -> None:
    op.drop_table("new_pages")
    op.drop_table("renewals")
