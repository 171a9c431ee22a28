"""Ratings have names in other languages. Desks that have ratings of their own are told of again by `make reconcile`, so that the usual
ones among them have theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    revision_of = sa.column("scale_revision", sa.Integer())
    op.execute(sa.table("desks", revision_of).update().where(revision_of > 0).values(scale_revision=revision_of + 1))


def downgrade() -> None:
    """A revision that was told stays told."""
