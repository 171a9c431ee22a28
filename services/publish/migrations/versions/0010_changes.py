"""Changes that can be followed, from the verdicts that there are; and heads of the desk's history."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transaction", sa.BigInteger(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["checks.claim_id"], name="fk_changes_claim_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_changes"),
    )
    op.create_index("ix_changes_transaction_seq", "changes", ["transaction", "seq"])
    op.execute(
        'INSERT INTO changes ("transaction", claim_id, kind, revision, at) '
        "SELECT 0, revisions.claim_id, revisions.kind, revisions.revision, revisions.published_at FROM revisions "
        "JOIN checks ON checks.claim_id = revisions.claim_id WHERE checks.position IS NOT NULL ORDER BY revisions.published_at"
    )
    op.create_table(
        "history_heads",
        sa.Column("entries", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entries", name="pk_history_heads"),
    )


def downgrade() -> None:
    op.drop_table("history_heads")
    op.drop_table("changes")
