"""Whether readers found a verdict useful, as numbers, and what they wrote of that."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinions",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("verdict_revision", sa.Integer(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("not_useful", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_opinions_case_id"),
        sa.PrimaryKeyConstraint("case_id", "verdict_revision", name="pk_opinions"),
    )
    op.create_table(
        "remarks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("verdict_revision", sa.Integer(), nullable=False),
        sa.Column("is_useful", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("aside", sa.String(), nullable=True),
        sa.Column("aside_by", sa.Uuid(), nullable=True),
        sa.Column("aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["aside_by"], ["people.id"], name="fk_remarks_aside_by"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_remarks_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_remarks"),
    )
    op.create_index("ix_remarks_aside_id", "remarks", ["aside", "id"])
    op.create_index("ix_remarks_case_id_aside_id", "remarks", ["case_id", "aside", "id"])


def downgrade() -> None:
    op.drop_table("remarks")
    op.drop_table("opinions")
