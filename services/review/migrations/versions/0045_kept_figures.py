"""What the rows that figures are made of hold, column by column, of whole days; see `figures.columns`."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_columns",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kept", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", "day", name=op.f("pk_figure_columns")),
    )
    op.create_index(op.f("ix_figure_columns_day"), "figure_columns", ["day"])
    op.create_table(
        "figure_words",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_figure_words")),
        sa.UniqueConstraint("words", name=op.f("uq_figure_words_words")),
    )


def downgrade() -> None:
    op.drop_table("figure_words")
    op.drop_index(op.f("ix_figure_columns_day"), table_name="figure_columns")
    op.drop_table("figure_columns")
