"""Several sites, each with its lists; when something last changed in each sitemap is kept, not looked for."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

LISTED, NOTICE = sa.text("position IS NOT NULL"), sa.text("revision = 0 AND notice_at IS NOT NULL")
INDICES = (("updated_at", LISTED, []), ("notice_at", NOTICE, []), ("first_published_at", LISTED, ["position"]))
FILL = """
INSERT INTO sitemaps (number, changed_at)
SELECT position / 50000, max(updated_at) FROM checks
WHERE position IS NOT NULL AND updated_at IS NOT NULL GROUP BY position / 50000
"""


def upgrade() -> None:
    op.add_column("checks", sa.Column("site", sa.Integer(), nullable=False, server_default="0"))
    for column, which, more in INDICES:
        names = "_".join([column, *more])
        op.drop_index(f"ix_checks_{names}", "checks")
        op.create_index(
            f"ix_checks_site_{names}", "checks", ["site", column, *more], postgresql_where=which, sqlite_where=which
        )
    op.create_table(
        "sitemaps",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_sitemaps"),
    )
    op.execute(FILL)


def downgrade() -> None:
    op.drop_table("sitemaps")
    for column, which, more in INDICES:
        names = "_".join([column, *more])
        op.drop_index(f"ix_checks_site_{names}", "checks")
        op.create_index(f"ix_checks_{names}", "checks", [column, *more], postgresql_where=which, sqlite_where=which)
    op.drop_column("checks", "site")
