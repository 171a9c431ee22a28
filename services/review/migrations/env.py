"""Run by Alembic."""

from services.review.models import Table
from shared.migrations import run_environment

run_environment(Table.metadata)
