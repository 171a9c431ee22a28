"""What a rating is called in other languages, in lists and of each revision."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLES = ("checks", "revisions")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("rating_words", JSON, nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "rating_words")
