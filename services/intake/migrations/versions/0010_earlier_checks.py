"""Fact-checks published before, and an index of their words: FTS5 on SQLite, tsvectors on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ON_SQLITE = (
    "CREATE VIRTUAL TABLE earlier_words "
    "USING fts5(claim, headline, tokenize=\"porter unicode61 remove_diacritics 2 categories 'L* N* Co M*'\")",
)
ON_POSTGRESQL = (
    "CREATE TEXT SEARCH DICTIONARY earlier_stems (TEMPLATE = snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION earlier_search (COPY = pg_catalog.english)",
    "ALTER TEXT SEARCH CONFIGURATION earlier_search ALTER MAPPING REPLACE english_stem WITH earlier_stems",
    "CREATE TABLE earlier_words (number BIGINT PRIMARY KEY REFERENCES earlier_checks (number) ON DELETE CASCADE, "
    "words TSVECTOR NOT NULL)",
    "CREATE INDEX ix_earlier_words_words ON earlier_words USING gin (words)",
)


def upgrade() -> None:
    op.create_table(
        "earlier_checks",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("claimant", sa.String(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rating_label", sa.String(), nullable=False),
        sa.Column("rating_value", sa.Float(), nullable=True),
        sa.Column("rating_best", sa.Float(), nullable=True),
        sa.Column("rating_worst", sa.Float(), nullable=True),
        sa.Column("publisher_name", sa.String(), nullable=False),
        sa.Column("publisher_url", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("headline", sa.String(), nullable=True),
        sa.Column("imported_from", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raw", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_earlier_checks")),
        sa.UniqueConstraint("id", name=op.f("uq_earlier_checks_id")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_earlier_checks_key_hash")),
    )
    for statement in ON_SQLITE if op.get_bind().dialect.name == "sqlite" else ON_POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE earlier_words")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TEXT SEARCH CONFIGURATION earlier_search")
        op.execute("DROP TEXT SEARCH DICTIONARY earlier_stems")
    op.drop_table("earlier_checks")
