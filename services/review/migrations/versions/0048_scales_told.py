"""How often publish was told of a desk's ratings. A desk that has its own is told of again by `make reconcile`."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("desks", sa.Column("scale_revision", sa.Integer(), nullable=False, server_default="0"))
    own = sa.cast(sa.column("ratings"), sa.Text()).not_in(("{}", "null"))
    desks = sa.table("desks", sa.column("scale_revision"), sa.column("ratings"))
    op.execute(desks.update().where(own).values(scale_revision=1))


def downgrade() -> None:
    op.drop_column("desks", "scale_revision")
