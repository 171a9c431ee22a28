"""An index of what may say the same as what readers ask: words, vectors, and in how many texts each word stands."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
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


def downgrade() -> None:
    op.execute("DROP TABLE match_texts_words")
    op.drop_table("match_terms")
    op.drop_table("match_vectors")
    op.drop_table("match_texts")
