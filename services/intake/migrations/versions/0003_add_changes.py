"""Changes of claims, in an order that can be followed; those there are begin with their submission."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transaction", sa.BigInteger(), nullable=False),
        sa.Column("newsroom_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_changes_claim_id")),
        sa.ForeignKeyConstraint(["newsroom_id"], ["newsrooms.id"], name=op.f("fk_changes_newsroom_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_changes")),
    )
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_changes_newsroom_id_transaction_seq"), ["newsroom_id", "transaction", "seq"], unique=False
        )
    op.execute(
        'INSERT INTO changes ("transaction", newsroom_id, claim_id, kind, at) '
        "SELECT 0, newsroom_id, id, 'submitted', changed_at FROM claims ORDER BY changed_at, id"
    )


def downgrade() -> None:
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_changes_newsroom_id_transaction_seq"))

    op.drop_table("changes")
