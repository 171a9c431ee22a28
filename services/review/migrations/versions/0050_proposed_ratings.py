"""Ratings that a desk was proposed and that wait for a second person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("desks", sa.Column("proposal", json, nullable=True))


def downgrade() -> None:
    op.drop_column("desks", "proposal")
