"""Commands of the publish service: `python -m services.publish --help`."""

from services.publish.service import service
from shared.cli import service_commands

cli = service_commands(service)
