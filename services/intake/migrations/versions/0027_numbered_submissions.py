"""How often a claim was sent in, and which of those times a submission is."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

COUNT = """
UPDATE claims SET submission_count = counted.most
FROM (SELECT claim_id, count(*) AS most FROM submissions GROUP BY claim_id) AS counted
WHERE counted.claim_id = claims.id
"""
NUMBER = """
UPDATE submissions SET number = numbered.number
FROM (SELECT id, row_number() OVER (PARTITION BY claim_id ORDER BY id) AS number FROM submissions) AS numbered
WHERE numbered.id = submissions.id
"""


def upgrade() -> None:
    op.add_column("claims", sa.Column("submission_count", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("submissions", sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
    op.execute(COUNT)
    op.execute(NUMBER)
    op.create_index("ix_submissions_claim_id_number", "submissions", ["claim_id", "number"])
    op.drop_index("ix_submissions_claim_id", "submissions")


def downgrade() -> None:
    op.create_index("ix_submissions_claim_id", "submissions", ["claim_id"])
    op.drop_index("ix_submissions_claim_id_number", "submissions")
    op.drop_column("submissions", "number")
    op.drop_column("claims", "submission_count")
