"""Lists of topics, claimants and ratings, former addresses, and the pages on how the newsroom works."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("posted_by", sa.String(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "language", "revision", name=op.f("pk_policies")),
    )
    op.create_table(
        "shelves",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("same_as", sa.String(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_shelves")),
    )
    with op.batch_alter_table("shelves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shelves_kind_count"), ["kind", "count"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_shelves_kind_same_as"),
            ["kind", "same_as"],
            unique=False,
            postgresql_where=sa.text("same_as IS NOT NULL"),
            sqlite_where=sa.text("same_as IS NOT NULL"),
        )

    op.create_table(
        "standings",
        sa.Column("claimant", sa.String(), nullable=False),
        sa.Column("rating", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("claimant", "rating", name=op.f("pk_standings")),
    )
    op.create_table(
        "former_paths",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["checks.claim_id"], name=op.f("fk_former_paths_claim_id")),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_former_paths")),
    )
    op.create_table(
        "listings",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["checks.claim_id"], name=op.f("fk_listings_claim_id")),
        sa.PrimaryKeyConstraint("kind", "slug", "position", name=op.f("pk_listings")),
    )
    with op.batch_alter_table("listings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listings_claim_id"), ["claim_id"], unique=False)

    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claimant_slug", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.drop_column("claimant_slug")

    with op.batch_alter_table("listings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listings_claim_id"))

    op.drop_table("listings")
    op.drop_table("former_paths")
    op.drop_table("standings")
    with op.batch_alter_table("shelves", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_shelves_kind_same_as"),
            postgresql_where=sa.text("same_as IS NOT NULL"),
            sqlite_where=sa.text("same_as IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_shelves_kind_count"))

    op.drop_table("shelves")
    op.drop_table("policies")
