"""The intake service as the plumbing knows it, and its units of work."""

from pathlib import Path

from services.intake.models import Inbox, Outbox
from services.intake.settings import Settings
from shared.service import Service

service = Service("intake", Settings, Outbox, Inbox, Path(__file__).parent)
transaction = service.transaction
reading = service.reading
