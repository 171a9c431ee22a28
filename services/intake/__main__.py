"""`python -m services.intake`: this service's commands."""

from services.intake.cli import cli

cli()
