"""`python -m services.review`: this service's commands."""

from services.review.cli import cli

cli()
