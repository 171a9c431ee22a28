"""What desks' ratings are called and drawn as now, and pages made anew because of that alone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OF_RENEWALS = ("is_renamed", "renamed", "of_ratings", "since", "scales")


def upgrade() -> None:
    op.create_table(
        "scales",
        sa.Column("desk", sa.String(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("looks", JSON, nullable=False),
        sa.Column("changed", JSON, nullable=False),
        sa.PrimaryKeyConstraint("desk", name=op.f("pk_scales")),
    )
    op.add_column("revisions", sa.Column("rating_meaning", sa.String(), nullable=True))
    op.add_column("renewals", sa.Column("scales", JSON, nullable=False, server_default="{}"))
    op.add_column("renewals", sa.Column("since", JSON, nullable=False, server_default="{}"))
    op.add_column("renewals", sa.Column("of_ratings", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("renewals", sa.Column("renamed", sa.Uuid(), nullable=True))
    op.add_column("renewals", sa.Column("is_renamed", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    for name in OF_RENEWALS:
        op.drop_column("renewals", name)
    op.drop_column("revisions", "rating_meaning")
    op.drop_table("scales")
