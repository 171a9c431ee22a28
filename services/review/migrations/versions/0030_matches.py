"""What may say the same as a claim: an index of words and vectors, what was found, and what was decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ON_SQLITE = (
    "CREATE VIRTUAL TABLE match_texts_words USING fts5(main, title, more, "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co M*'\")",
)
ON_POSTGRESQL = (
    "CREATE TABLE match_texts_words (number BIGINT PRIMARY KEY "
    "REFERENCES match_texts (number) ON DELETE CASCADE, words TSVECTOR NOT NULL)",
    "CREATE INDEX ix_match_texts_words_words ON match_texts_words USING gin (words)",
)


def upgrade() -> None:
    op.create_table(
        "match_texts",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("main", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("more", sa.Text(), nullable=True),
        sa.Column("speaker", sa.String(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("encoded", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_match_texts")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_match_texts_kind_subject")),
    )
    op.create_index(op.f("ix_match_texts_encoded_number"), "match_texts", ["encoded", "number"])
    op.create_table(
        "match_vectors",
        sa.Column("place", NUMBER, nullable=False),
        sa.Column("space", sa.String(), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("whole", sa.LargeBinary(), nullable=False),
        sa.Column("main", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_match_vectors")),
        sa.UniqueConstraint("number", "space", name=op.f("uq_match_vectors_number_space")),
    )
    op.create_index(op.f("ix_match_vectors_space_place_code"), "match_vectors", ["space", "place", "code"])
    op.create_table(
        "match_terms",
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("texts", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_match_terms")),
    )
    for statement in ON_SQLITE if op.get_bind().dialect.name == "sqlite" else ON_POSTGRESQL:
        op.execute(statement)
    op.create_table(
        "matches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("likelihood", sa.Float(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("signs", JSON, nullable=False),
        sa.Column("differs", JSON, nullable=False),
        sa.Column("shared", JSON, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_matches_case_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_matches_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matches")),
        sa.UniqueConstraint("case_id", "kind", "subject", name=op.f("uq_matches_case_id_kind_subject")),
    )
    op.create_index(op.f("ix_matches_subject_state"), "matches", ["subject", "state"])
    op.create_index(op.f("ix_matches_decided_at"), "matches", ["decided_at"])
    for table in ("cases", "earlier_checks"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("to_compare", sa.Integer(), nullable=False, server_default="1"))
            if table == "cases":
                batch_op.add_column(sa.Column("seen_before", sa.Integer(), nullable=False, server_default="0"))
    for name, table, column in (
        ("ix_cases_to_compare", "cases", "to_compare"),
        ("ix_cases_seen_before", "cases", "seen_before"),
        ("ix_earlier_checks_to_compare", "earlier_checks", "to_compare"),
    ):
        some = sa.text(f"{column} > 0")
        op.create_index(op.f(name), table, ["id"], sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    op.drop_index(op.f("ix_earlier_checks_to_compare"), table_name="earlier_checks")
    op.drop_index(op.f("ix_cases_seen_before"), table_name="cases")
    op.drop_index(op.f("ix_cases_to_compare"), table_name="cases")
    with op.batch_alter_table("earlier_checks", schema=None) as batch_op:
        batch_op.drop_column("to_compare")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_column("seen_before")
        batch_op.drop_column("to_compare")
    op.drop_table("matches")
    op.execute("DROP TABLE match_texts_words")
    op.drop_table("match_terms")
    op.drop_table("match_vectors")
    op.drop_table("match_texts")
