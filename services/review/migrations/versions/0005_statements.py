"""Statements and requests for comment as rows of the desk's own, and how the desk puts a claim."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.clock import new_id, now
from shared.fields import plain_url

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


KEPT = (("statements", {"utterance_id": sa.Uuid()}), ("requests_for_comment", {}))


def upgrade() -> None:
    op.create_table(
        "requests_for_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("given_id", sa.String(), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.Uuid(), nullable=True),
        sa.Column("struck_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_requests_for_comment_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_requests_for_comment_person_id")),
        sa.ForeignKeyConstraint(["struck_by"], ["people.id"], name=op.f("fk_requests_for_comment_struck_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests_for_comment")),
    )
    with op.batch_alter_table("requests_for_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requests_for_comment_case_id"), ["case_id"], unique=False)

    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("utterance_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("given_id", sa.String(), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("known_to", sa.String(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.Uuid(), nullable=True),
        sa.Column("struck_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_statements_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_statements_person_id")),
        sa.ForeignKeyConstraint(["struck_by"], ["people.id"], name=op.f("fk_statements_struck_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
    )
    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statements_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_statements_utterance_id"), ["utterance_id"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "described",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                nullable=False,
                server_default="{}",
            )
        )
        batch_op.add_column(sa.Column("story_key", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_cases_story_key_id"), ["story_key", "id"], unique=False)

    _fill(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_story_key_id"))
        batch_op.drop_column("story_key")
        batch_op.drop_column("described")

    with op.batch_alter_table("statements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statements_utterance_id"))
        batch_op.drop_index(batch_op.f("ix_statements_case_id"))

    op.drop_table("statements")
    with op.batch_alter_table("requests_for_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_requests_for_comment_case_id"))

    op.drop_table("requests_for_comment")


def _fill(connection: sa.Connection) -> None:
    """What claims brought along becomes rows, and each gets the key of its story, a thousand claims at a time."""
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    cases = sa.table(
        "cases", *(sa.column(*one) for one in (("id", sa.Uuid()), ("claim", json), ("story_key", sa.String())))
    )
    last = None
    while True:
        chosen = sa.select(cases.c.id, cases.c.claim).order_by(cases.c.id).limit(1000)
        found = connection.execute(chosen if last is None else chosen.where(cases.c.id > last)).all()
        if not found:
            return
        last = found[-1].id
        keyed = [
            {"case": case_id, "key": key} for case_id, claim in found if (key := _story_key(claim.get("story") or {}))
        ]
        if keyed:
            put = sa.update(cases).where(cases.c.id == sa.bindparam("case", type_=sa.Uuid()))
            connection.execute(put.values(story_key=sa.bindparam("key")), keyed)
        for name, more in KEPT:
            rows = [
                {"id": new_id(), "case_id": case_id, "given_id": one["id"], "entered_at": now()}
                | {"told": {key: value for key, value in one.items() if key != "id"}}
                | {column: new_id() for column in more}
                for case_id, claim in found
                for one in claim.get(name) or []
            ]
            if rows:
                columns = {"id": sa.Uuid(), "case_id": sa.Uuid(), "given_id": sa.String(), "told": json}
                moment = {"entered_at": sa.DateTime(timezone=True)}
                kinds = columns | moment | more
                kept = sa.table(name, *(sa.column(column, kind) for column, kind in kinds.items()))
                connection.execute(kept.insert(), rows)


def _story_key(story: dict[str, str | None]) -> str | None:
    if story.get("url"):
        return sha256(plain_url(story["url"] or "").encode()).hexdigest()[:24]
    if story.get("publisher") and story.get("headline"):
        return sha256(f"{story['publisher']}\x00{story['headline']}".casefold().encode()).hexdigest()[:24]
    return None
