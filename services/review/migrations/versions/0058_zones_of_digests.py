"""The hour of the daily mail is one of a time zone."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notification_choices", sa.Column("digest_zone", sa.String(), nullable=False, server_default="UTC"))


def downgrade() -> None:
    op.drop_column("notification_choices", "digest_zone")
