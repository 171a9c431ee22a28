"""The publish service as the plumbing knows it, and its units of work."""

from pathlib import Path

from services.publish.models import Inbox, Outbox
from services.publish.settings import Settings
from shared.service import Service

service = Service("publish", Settings, Outbox, Inbox, Path(__file__).parent)
transaction = service.transaction
reading = service.reading
