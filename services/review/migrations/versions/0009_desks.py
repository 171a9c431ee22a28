"""Desks with rules of their own, approvals by several, and verdicts that are held until a time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("approvals_needed", sa.Integer(), nullable=False),
        sa.Column("evidence_needed", sa.Integer(), nullable=False),
        sa.Column("ratings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desks")),
        sa.UniqueConstraint("slug", name=op.f("uq_desks_slug")),
    )
    op.create_table(
        "desk_roles",
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_desk_roles_desk_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_desk_roles_person_id")),
        sa.PrimaryKeyConstraint("desk_id", "person_id", name=op.f("pk_desk_roles")),
    )
    op.create_table(
        "approvals",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_approvals_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_approvals_person_id")),
        sa.PrimaryKeyConstraint("case_id", "revision", "person_id", name=op.f("pk_approvals")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("embargoed_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("desk_id", sa.Uuid(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_cases_desk_id_state_stands_since_id"),
            ["desk_id", "state", "stands_since", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_cases_embargoed_until"), ["embargoed_until"], unique=False)

    with op.batch_alter_table("verdicts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE verdicts SET released_at = approved_at WHERE approved_at IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("verdicts", schema=None) as batch_op:
        batch_op.drop_column("released_at")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_embargoed_until"))
        batch_op.drop_index(batch_op.f("ix_cases_desk_id_state_stands_since_id"))
        batch_op.drop_column("desk_id")
        batch_op.drop_column("embargoed_until")

    op.drop_table("approvals")
    op.drop_table("desk_roles")
    op.drop_table("desks")
