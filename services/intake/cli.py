"""Commands of the intake service: `python -m services.intake --help`."""

from services.intake.service import service
from shared.cli import service_commands

cli = service_commands(service)
