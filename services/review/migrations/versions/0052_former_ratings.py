"""What readers see of ratings that a desk uses no more."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("desks", sa.Column("former", json, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("desks", "former")
