"""Where work stands, in a desk's own words."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

HAS_STATUS = sa.text("status IS NOT NULL")


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    with op.batch_alter_table("checklists", schema=None) as batch_op:
        batch_op.add_column(sa.Column("statuses", json, nullable=False, server_default="[]"))
    op.add_column("cases", sa.Column("status", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("status_colour", sa.String(), nullable=True))
    op.create_index(
        "ix_cases_status",
        "cases",
        ["status", "stands_since", "id"],
        unique=False,
        sqlite_where=HAS_STATUS,
        postgresql_where=HAS_STATUS,
    )


def downgrade() -> None:
    op.drop_index("ix_cases_status", table_name="cases")
    op.drop_column("cases", "status_colour")
    op.drop_column("cases", "status")
    with op.batch_alter_table("checklists", schema=None) as batch_op:
        batch_op.drop_column("statuses")
