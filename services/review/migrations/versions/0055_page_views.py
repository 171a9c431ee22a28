"""How often readers opened what the desk published, by day."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_views",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_page_views_case_id"),
        sa.PrimaryKeyConstraint("case_id", "day", name="pk_page_views"),
    )
    op.create_index("ix_page_views_day_case_id", "page_views", ["day", "case_id"])


def downgrade() -> None:
    op.drop_table("page_views")
