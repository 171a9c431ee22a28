"""What people are told and how, and clocks: when work was last touched, until when an answer is awaited."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notification_choices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("ways", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("chat_name", sa.String(), nullable=True),
        sa.Column("digest_hour", sa.Integer(), nullable=True),
        sa.Column("digest_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notification_choices_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notification_choices")),
    )
    with op.batch_alter_table("notification_choices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notification_choices_digest_hour"), ["digest_hour"], unique=False)

    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("once", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ways", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_notifications_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notifications_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notifications_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("person_id", "once", name=op.f("uq_notifications_person_id_once")),
    )
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notifications_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_notifications_person_id_read_at_id"), ["person_id", "read_at", "id"], unique=False
        )

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_cases_touched_at"), ["touched_at"], unique=False)

    with op.batch_alter_table("requests_for_comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_requests_for_comment_waits_until"), ["waits_until"], unique=False)

    op.execute("UPDATE cases SET touched_at = taken_at WHERE state = 'unverified' AND assignee_id IS NOT NULL")
    _fill_waits_until(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("requests_for_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requests_for_comment_waits_until"))
        batch_op.drop_column("waits_until")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_touched_at"))
        batch_op.drop_column("touched_at")

    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notifications_person_id_read_at_id"))
        batch_op.drop_index(batch_op.f("ix_notifications_case_id"))

    op.drop_table("notifications")
    with op.batch_alter_table("notification_choices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notification_choices_digest_hour"))

    op.drop_table("notification_choices")


def _fill_waits_until(connection: sa.Connection) -> None:
    """The deadlines of requests that nobody has answered."""
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    kinds = {"id": sa.Uuid(), "told": json, "waits_until": sa.DateTime(timezone=True)}
    asked = sa.table("requests_for_comment", *(sa.column(name, kind) for name, kind in kinds.items()))
    put = sa.update(asked).where(asked.c.id == sa.bindparam("its_id", type_=sa.Uuid()))
    put = put.values(waits_until=sa.bindparam("until", type_=sa.DateTime(timezone=True)))
    rows = [
        {"its_id": one.id, "until": datetime.fromisoformat(one.told["deadline"])}
        for one in connection.execute(sa.select(asked.c.id, asked.c.told)).all()
        if one.told.get("deadline") and one.told.get("outcome", "no_response_yet") == "no_response_yet"
    ]
    if rows:
        connection.execute(put, rows)
