"""What was written on one case is found in the index of words; who is being erased."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

INDEXES = ("case_words", "earlier_words")


def upgrade() -> None:
    for table in INDEXES:
        place = f"{table}_content (c1)" if op.get_bind().dialect.name == "sqlite" else f"{table} (case_id)"
        op.execute(f"CREATE INDEX ix_{table}_case_id ON {place}")
    op.create_table(
        "erasures",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("is_only_handle", sa.Boolean(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_erasures_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_erasures")),
    )


def downgrade() -> None:
    op.drop_table("erasures")
    for table in INDEXES:
        op.execute(f"DROP INDEX ix_{table}_case_id")
