"""A desk's statuses in several languages, and the lists of the queue that are kept by them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("cases", sa.Column("status_words", json, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("cases", "status_words")
