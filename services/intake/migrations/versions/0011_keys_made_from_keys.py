"""Keys that newsrooms make from keys that they have."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_keys", sa.Column("made_from", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("api_keys", "made_from")
