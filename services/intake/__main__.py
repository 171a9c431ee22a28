"""`python -m services.intake`: this service's commands."""

from shared.process import loading

with loading():
    from services.intake.cli import cli

cli()
