"""`python -m services.review`: this service's commands."""

from shared.process import loading

with loading():
    from services.review.cli import cli

cli()
