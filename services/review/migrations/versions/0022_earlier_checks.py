"""Fact-checks that others published, and an index of their words."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ON_SQLITE = (
    "CREATE VIRTUAL TABLE earlier_words USING fts5(words, case_id UNINDEXED, part UNINDEXED, "
    "tokenize=\"porter unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")",
)
ON_POSTGRESQL = (
    "CREATE TABLE earlier_words (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, case_id UUID NOT NULL, "
    "part VARCHAR NOT NULL, words TSVECTOR NOT NULL)",
    "CREATE INDEX ix_earlier_words_words ON earlier_words USING gin (words)",
)


def upgrade() -> None:
    op.create_table(
        "earlier_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_checks")),
    )
    for statement in ON_SQLITE if op.get_bind().dialect.name == "sqlite" else ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE earlier_words")
    op.drop_table("earlier_checks")
