"""Links that sign people of newsrooms in, and the browsers in which they are."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "newsroom_visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("newsroom_id", sa.Uuid(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["newsroom_id"], ["newsrooms.id"], name=op.f("fk_newsroom_visits_newsroom_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newsroom_visits")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_newsroom_visits_secret_hash")),
    )
    with op.batch_alter_table("newsroom_visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_newsroom_visits_newsroom_id"), ["newsroom_id"], unique=False)

    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("newsroom_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["newsroom_id"], ["newsrooms.id"], name=op.f("fk_sign_in_links_newsroom_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_links")),
    )


def downgrade() -> None:
    op.drop_table("sign_in_links")
    with op.batch_alter_table("newsroom_visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_newsroom_visits_newsroom_id"))

    op.drop_table("newsroom_visits")
