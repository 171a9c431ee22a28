"""On PostgreSQL new words are found by the index alone, not by reading a list of what is not in it yet."""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

INDEXES = ("ix_case_words_words", "ix_earlier_words_words", "ix_match_texts_words_words")


def upgrade() -> None:
    for index in _here():
        op.execute(f"ALTER INDEX {index} SET (fastupdate = off)")
        op.execute(f"SELECT gin_clean_pending_list('{index}'::regclass)")


def downgrade() -> None:
    for index in _here():
        op.execute(f"ALTER INDEX {index} RESET (fastupdate)")


def _here() -> tuple[str, ...]:
    return INDEXES if op.get_bind().dialect.name == "postgresql" else ()
