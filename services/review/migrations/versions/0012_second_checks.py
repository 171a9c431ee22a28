"""A second checker's own rating."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("rating", sa.String(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_second_checks_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_second_checks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_checks")),
    )
    with op.batch_alter_table("second_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_second_checks_case_id_revision"), ["case_id", "revision"], unique=False)
    with op.batch_alter_table("desks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_checks_needed", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("desks", schema=None) as batch_op:
        batch_op.drop_column("second_checks_needed")
    op.drop_table("second_checks")
