"""`python -m services.publish`: this service's commands."""

from services.publish.cli import cli

cli()
