"""Known words by how they begin, so that the search knows what the beginning of a word may become; and on PostgreSQL new words are
found by the index alone, not by reading a list of what is not in it yet."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

IS_KNOWN = sa.text("shape = word")


def upgrade() -> None:
    op.create_index(
        "ix_spellings_known", "spellings", ["word"], postgresql_ops={"word": "text_pattern_ops"},
        postgresql_where=IS_KNOWN, sqlite_where=IS_KNOWN,
    )  # fmt: skip
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_check_words_words SET (fastupdate = off)")
        op.execute("SELECT gin_clean_pending_list('ix_check_words_words'::regclass)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_check_words_words RESET (fastupdate)")
    op.drop_index("ix_spellings_known", "spellings")
