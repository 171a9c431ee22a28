"""Timestamps by an authority outside of the desk."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "timestamps",
        sa.Column("kind", sqlmodel.AutoString(), nullable=False),
        sa.Column("stamped", sqlmodel.AutoString(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("authority", sqlmodel.AutoString(), nullable=False),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "stamped", name=op.f("pk_timestamps")),
    )


def downgrade() -> None:
    op.drop_table("timestamps")
