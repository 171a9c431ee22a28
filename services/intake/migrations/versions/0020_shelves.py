"""Who may find a text: the index has shelves. Claims are taken out of it: the next minute puts each on its newsroom's own, or, with
a verdict that readers can read, on the open one."""

from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("match_texts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shelf", sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_match_texts_shelf_number"), "match_texts", ["shelf", "number"])
    _take_claims_out()


def downgrade() -> None:
    op.drop_index(op.f("ix_match_texts_shelf_number"), "match_texts")
    with op.batch_alter_table("match_texts", schema=None) as batch_op:
        batch_op.drop_column("shelf")


def _take_claims_out() -> None:
    """With their words and vectors; how many texts hold a word is counted anew."""
    claims = "(SELECT number FROM match_texts WHERE kind = 'claim')"
    op.execute(f"DELETE FROM match_vectors WHERE number IN {claims}")  # noqa: S608
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DELETE FROM match_texts_words WHERE rowid IN {claims}")  # noqa: S608
    op.execute("DELETE FROM match_texts WHERE kind = 'claim'")  # on PostgreSQL their words go along
    counts: Counter[str] = Counter()
    for stems, length in op.get_bind().execute(sa.text("SELECT stems, length FROM match_texts")):
        counts.update(set(stems.split()))
        counts.update({"": 1, " ": length})
    op.execute("DELETE FROM match_terms")
    terms = sa.table("match_terms", sa.column("term", sa.String()), sa.column("texts", sa.BigInteger()))
    if counts:
        op.bulk_insert(terms, [{"term": term, "texts": texts} for term, texts in sorted(counts.items())])
