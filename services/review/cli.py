"""Commands of the review service: `python -m services.review --help`."""

from services.review.service import service
from shared.cli import service_commands

cli = service_commands(service)
