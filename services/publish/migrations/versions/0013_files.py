"""Files that published verdicts show."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_files",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["checks.claim_id"], name="fk_public_files_claim_id"),
        sa.PrimaryKeyConstraint("sha256", "claim_id", name="pk_public_files"),
    )
    op.create_index("ix_public_files_claim_id", "public_files", ["claim_id"], unique=False)


def downgrade() -> None:
    op.drop_table("public_files")
