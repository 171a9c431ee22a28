"""By which version of the code a check was put where lists and the search find it. What was before is done once more."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("checks", sa.Column("filed_by", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("checks", "filed_by")
