"""ClaimReviews as text, and what checks are found under. `rerender` fills both for what was published before."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

IS_LISTED = sa.text("position IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_checks_position_updated_at", "checks", ["position", "updated_at"],
        postgresql_where=IS_LISTED, sqlite_where=IS_LISTED,
    )  # fmt: skip
    op.create_table(
        "facets",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["checks.claim_id"], name="fk_facets_claim_id"),
        sa.PrimaryKeyConstraint("claim_id", "kind", "slug", name="pk_facets"),
    )
    op.create_index("ix_facets_kind_slug_updated_at", "facets", ["kind", "slug", "updated_at"])
    op.create_table(
        "review_nodes",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("node", sa.Text(), nullable=True),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_review_nodes"),
    )
    op.create_index("ix_review_nodes_kept_at", "review_nodes", ["kept_at"])


def downgrade() -> None:
    op.drop_table("review_nodes")
    op.drop_table("facets")
    op.drop_index("ix_checks_position_updated_at", "checks")
