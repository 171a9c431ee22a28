"""What is written on open cases stands in an index of its own, too."""

from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

ON_SQLITE = (
    "CREATE VIRTUAL TABLE open_words USING fts5(words, case_id UNINDEXED, part UNINDEXED, "
    "tokenize=\"porter unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")",
    "CREATE INDEX ix_open_words_case_id ON open_words_content (c1)",
    "INSERT INTO open_words (rowid, words, case_id, part) SELECT id, c0, c1, c2 FROM case_words_content "
    "WHERE c1 IN (SELECT id FROM cases WHERE state IN ('unverified', 'checked')) ORDER BY id",
)
ON_POSTGRESQL = (
    "CREATE TABLE open_words (number BIGINT PRIMARY KEY, case_id UUID NOT NULL, part VARCHAR NOT NULL, words TSVECTOR NOT NULL)",
    "CREATE INDEX ix_open_words_words ON open_words USING gin (words) WITH (fastupdate = off)",
    "CREATE INDEX ix_open_words_case_id ON open_words (case_id)",
    "INSERT INTO open_words (number, case_id, part, words) SELECT number, case_id, part, words FROM case_words "
    "WHERE case_id IN (SELECT id FROM cases WHERE state IN ('unverified', 'checked'))",
)


def upgrade() -> None:
    for statement in ON_SQLITE if op.get_bind().dialect.name == "sqlite" else ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE open_words")
