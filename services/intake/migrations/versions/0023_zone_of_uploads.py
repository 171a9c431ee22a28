"""In which time zone the dates of an uploaded file are that name none."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("zone", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("uploads", "zone")
