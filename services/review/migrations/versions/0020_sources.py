"""What a verdict rests on is watched, and what has to be looked at; where a quote stands, and what a source has at stake."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("once", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_alarms_case_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["people.id"], name=op.f("fk_alarms_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
        sa.UniqueConstraint("case_id", "once", name=op.f("uq_alarms_case_id_once")),
    )
    with op.batch_alter_table("alarms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alarms_case_id_settled_at"), ["case_id", "settled_at"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sources_revision", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("alarms", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index(batch_op.f("ix_cases_alarms"), ["alarms"], unique=False)

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("position", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("interests", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_column("interests")
        batch_op.drop_column("position")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_alarms"))
        batch_op.drop_column("alarms")
        batch_op.drop_column("sources_revision")

    with op.batch_alter_table("alarms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alarms_case_id_settled_at"))

    op.drop_table("alarms")
