"""What checks are about stands beside their words, so that what is found is put in order without reading the checks. Words are cut
to their stems by other rules: the command `matching rebuild` writes them anew."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE check_words ADD COLUMN about TEXT NOT NULL DEFAULT ''")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE check_words DROP COLUMN about")
