"""All cases by their place, and all of a desk by their age: lists that no index led along."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_stands_since_id"), ["stands_since", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_desk_id_id"), ["desk_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cases_desk_id_id"))
        batch_op.drop_index(batch_op.f("ix_cases_stands_since_id"))
