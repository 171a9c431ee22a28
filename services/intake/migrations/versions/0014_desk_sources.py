"""Sources that verdicts rest on, and what changed at an address."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_sources",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("quotes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_desk_sources_claim_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_desk_sources_source_id")),
        sa.PrimaryKeyConstraint("claim_id", "source_id", name=op.f("pk_desk_sources")),
    )
    with op.batch_alter_table("desk_sources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_desk_sources_source_id"), ["source_id"], unique=False)

    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sources_revision", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.add_column(sa.Column("watch_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("unchanged", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("changes", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("change", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("change_detail", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_sources_watch_at"), ["watch_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sources_watch_at"))
        batch_op.drop_column("change_detail")
        batch_op.drop_column("change")
        batch_op.drop_column("changes")
        batch_op.drop_column("unchanged")
        batch_op.drop_column("watch_at")

    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.drop_column("sources_revision")

    with op.batch_alter_table("desk_sources", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_desk_sources_source_id"))

    op.drop_table("desk_sources")
