"""The words of checks, to find them by; `rerender` writes those of what was published before."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

IS_LISTED = sa.text("position IS NOT NULL")
ON_SQLITE = (
    "CREATE VIRTUAL TABLE check_words USING fts5(about, body, under, "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co M*'\")",
)
ON_POSTGRESQL = (
    "CREATE TABLE check_words (position INTEGER PRIMARY KEY REFERENCES checks (position) ON DELETE CASCADE, "
    "words TSVECTOR NOT NULL)",
    "CREATE INDEX ix_check_words_words ON check_words USING gin (words)",
)


def upgrade() -> None:
    op.create_index(
        "ix_checks_first_published_at_position", "checks", ["first_published_at", "position"],
        postgresql_where=IS_LISTED, sqlite_where=IS_LISTED,
    )  # fmt: skip
    op.create_table(
        "spellings",
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("shape", "word", name="pk_spellings"),
    )
    for statement in ON_SQLITE if op.get_bind().dialect.name == "sqlite" else ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE check_words")
    op.drop_table("spellings")
    op.drop_index("ix_checks_first_published_at_position", "checks")
