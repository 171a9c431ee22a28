"""On SQLite the texts of a case lie side by side in the index of words, and cases in their order: lists by age go along them."""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

STRETCH = 1 << 20
ANEW = (
    "CREATE VIRTUAL TABLE case_words USING fts5(words, case_id UNINDEXED, part UNINDEXED, "
    "tokenize=\"porter unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")",
    "CREATE INDEX ix_case_words_case_id ON case_words_content (c1)",
)


def upgrade() -> None:
    _put_anew(
        f"dense_rank() OVER (ORDER BY c1) * {STRETCH} + row_number() OVER (PARTITION BY c1 ORDER BY id) - 1, c0, c1, c2"
    )


def downgrade() -> None:
    _put_anew("id, c0, c1, c2")


def _put_anew(chosen: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("CREATE TEMPORARY TABLE texts AS SELECT id, c0, c1, c2 FROM case_words_content")
    op.execute("DROP TABLE case_words")
    for statement in ANEW:
        op.execute(statement)
    op.execute(f"INSERT INTO case_words (rowid, words, case_id, part) SELECT {chosen} FROM texts ORDER BY 1")  # noqa: S608
    op.execute("DROP TABLE texts")
