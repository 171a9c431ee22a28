"""People and bodies that the desk knows, and whose claims are whose."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("organization", sa.String(), nullable=True),
        sa.Column("party", sa.String(), nullable=True),
        sa.Column("same_as", sa.String(), nullable=True),
        sa.Column("topics", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("mail", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["people.id"], name=op.f("fk_directory_changed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory")),
        sa.UniqueConstraint("key", name=op.f("uq_directory_key")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claimant_key", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_cases_claimant_key_id"), ["claimant_key", "id"], unique=False)
    _fill(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_claimant_key_id"))
        batch_op.drop_column("claimant_key")

    op.drop_table("directory")


def _fill(connection: sa.Connection) -> None:
    """Find out whose claim each is that came in before."""
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    cases = sa.table(
        "cases",
        sa.column("id", sa.Uuid()),
        sa.column("claim", json),
        sa.column("described", json),
        sa.column("claimant_key"),
    )
    last = None
    while True:
        chosen = sa.select(cases.c.id, cases.c.claim, cases.c.described).order_by(cases.c.id).limit(1000)
        rows = connection.execute(chosen if last is None else chosen.where(cases.c.id > last)).all()
        if not rows:
            return
        last = rows[-1].id
        named = [
            (row.id, (row.described.get("claimant") or row.claim.get("claimant") or {}).get("name")) for row in rows
        ]
        found = [{"case": one, "key": " ".join(name.split()).casefold()[:300]} for one, name in named if name]
        if found:
            put = cases.update().where(cases.c.id == sa.bindparam("case")).values(claimant_key=sa.bindparam("key"))
            connection.execute(put, found)
