"""Run by Alembic."""

from services.publish.models import Table
from shared.migrations import run_environment

run_environment(Table.metadata)
