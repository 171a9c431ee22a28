"""The review service as the plumbing knows it, and its units of work."""

from pathlib import Path

from services.review.models import Inbox, Outbox
from services.review.settings import Settings
from shared.service import Service

service = Service("review", Settings, Outbox, Inbox, Path(__file__).parent)
transaction = service.transaction
reading = service.reading
