"""Places in the queue, lists that are kept, what each person has read, and the index of all that is written on cases."""

import re
import unicodedata
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ON_SQLITE = (
    "CREATE VIRTUAL TABLE case_words USING fts5(words, case_id UNINDEXED, part UNINDEXED, "
    "tokenize=\"porter unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")",
)
ON_POSTGRESQL = (
    "CREATE TEXT SEARCH DICTIONARY case_stems (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION case_search (COPY = pg_catalog.english)",
    "ALTER TEXT SEARCH CONFIGURATION case_search ALTER MAPPING REPLACE english_stem WITH case_stems",
    "CREATE TABLE case_words (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, case_id UUID NOT NULL, "
    "part VARCHAR NOT NULL, words TSVECTOR NOT NULL)",
    "CREATE INDEX ix_case_words_words ON case_words USING gin (words)",
)
WRITTEN = (  # table, part, and the columns that hold words
    ("notes", "note", ("text",)),
    ("evidence", "evidence", ("title", "publisher", "quote")),
    ("verdicts", "verdict", ("headline", "summary", "text", "unknown")),
)


def upgrade() -> None:
    op.create_table(
        "saved_lists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("filters", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_lists_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_lists")),
    )
    with op.batch_alter_table("saved_lists", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_saved_lists_person_id"), ["person_id"], unique=False)

    op.create_table(
        "case_reads",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_reads_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_case_reads_person_id")),
        sa.PrimaryKeyConstraint("person_id", "case_id", name=op.f("pk_case_reads")),
    )
    with op.batch_alter_table("case_reads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_reads_case_id_seen_at"), ["case_id", "seen_at"], unique=False)

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "tags", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="[]"
            )
        )
        batch_op.add_column(
            sa.Column(
                "planned", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="{}"
            )
        )
        batch_op.add_column(
            sa.Column("stands_since", sa.DateTime(timezone=True), nullable=False, server_default="2000-01-01 00:00:00")
        )
        batch_op.drop_index(batch_op.f("ix_cases_assignee_id_state_urgency_id"))
        batch_op.create_index(
            batch_op.f("ix_cases_assignee_id_state_stands_since_id"),
            ["assignee_id", "state", "stands_since", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_cases_state_stands_since_id"), ["state", "stands_since", "id"], unique=False
        )

    dialect = op.get_bind().dialect.name
    for statement in ON_SQLITE if dialect == "sqlite" else ON_POSTGRESQL:
        op.execute(statement)
    _fill(op.get_bind())


def downgrade() -> None:
    op.execute("DROP TABLE case_words")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TEXT SEARCH CONFIGURATION case_search")
        op.execute("DROP TEXT SEARCH DICTIONARY case_stems")

    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_state_stands_since_id"))
        batch_op.drop_index(batch_op.f("ix_cases_assignee_id_state_stands_since_id"))
        batch_op.create_index(
            batch_op.f("ix_cases_assignee_id_state_urgency_id"), ["assignee_id", "state", "urgency", "id"], unique=False
        )
        batch_op.drop_column("stands_since")
        batch_op.drop_column("planned")
        batch_op.drop_column("tags")

    with op.batch_alter_table("case_reads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_reads_case_id_seen_at"))

    op.drop_table("case_reads")
    with op.batch_alter_table("saved_lists", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_saved_lists_person_id"))

    op.drop_table("saved_lists")


def _fill(connection: sa.Connection) -> None:
    """Places, tags and words of the cases that there are, a thousand at a time. A place is made exact by the next act on a case."""
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    moment = sa.DateTime(timezone=True)
    kinds = {"id": sa.Uuid(), "claim": json, "submissions": json, "tags": json, "urgency": sa.Integer()}
    kinds |= {"received_at": moment, "due_at": moment, "stands_since": moment}
    cases = sa.table("cases", *(sa.column(name, kind) for name, kind in kinds.items()))
    last = None
    while True:
        chosen = sa.select(cases).order_by(cases.c.id).limit(1000)
        found = connection.execute(chosen if last is None else chosen.where(cases.c.id > last)).all()
        if not found:
            break
        last = found[-1].id
        put = sa.update(cases).where(cases.c.id == sa.bindparam("case", type_=sa.Uuid()))
        put = put.values(tags=sa.bindparam("its_tags", type_=json), stands_since=sa.bindparam("since", type_=moment))
        rows = [{"case": one.id, "its_tags": one.claim.get("tags") or [], "since": _since(one)} for one in found]
        connection.execute(put, rows)
        _keep(connection, "claim", [(one.id, one.claim["text"]) for one in found])
    for name, part, columns in WRITTEN:
        table = sa.table(name, sa.column("case_id", sa.Uuid()), *(sa.column(column, sa.Text()) for column in columns))
        for rows in connection.execute(sa.select(table)).partitions(1000):
            _keep(connection, part, [(row[0], "\n".join(word for word in row[1:] if word)) for row in rows])


def _since(case: sa.Row) -> datetime:
    newsrooms = len({one["newsroom"] for one in case.submissions})
    since = case.received_at - timedelta(hours=6 * (5 - case.urgency) + 6 * min(newsrooms - 1, 8))
    return min(since, case.due_at - timedelta(hours=24)) if case.due_at else since


def _keep(connection: sa.Connection, part: str, texts: list[tuple[UUID, str]]) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    vector = ":words" if is_sqlite else "to_tsvector('case_search', :words)"
    rows = [
        {"words": _plain(words), "case_id": case_id.hex if is_sqlite else case_id, "part": part}
        for case_id, words in texts
    ]
    if rows:
        connection.execute(
            sa.text(f"INSERT INTO case_words (words, case_id, part) VALUES ({vector}, :case_id, :part)"),  # noqa: S608
            rows,
        )


def _plain(words: str) -> str:
    folded = unicodedata.normalize("NFKD", words[:100_000].replace("\x00", " "))
    return " ".join(word[:200] for word in re.sub(r"[\u0300-\u036f]", "", folded).split())
