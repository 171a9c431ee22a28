"""What people at the desk think of the reasons for which claims are sent in."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reason_votes",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("is_useful", sa.Boolean(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_reason_votes_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_reason_votes_person_id"),
        sa.PrimaryKeyConstraint("submission_id", "person_id", name="pk_reason_votes"),
    )
    op.create_index("ix_reason_votes_case_id", "reason_votes", ["case_id"])


def downgrade() -> None:
    op.drop_table("reason_votes")
