"""Stories that intake tells of, and the cases that were made from them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("picks", sa.Integer(), nullable=False),
        sa.Column("asked_for", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
    )
    op.create_table(
        "case_stories",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_case_stories_story_id")),
        sa.PrimaryKeyConstraint("case_id", "story_id", name=op.f("pk_case_stories")),
    )
    with op.batch_alter_table("case_stories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_stories_story_id"), ["story_id"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("story_status", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("story_status")

    with op.batch_alter_table("case_stories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_stories_story_id"))

    op.drop_table("case_stories")
    op.drop_table("stories")
