"""What intake stores: who may send, what was sent, what became of it."""

from services.intake.models.base import Inbox, Outbox, Table
from services.intake.models.claims import Claim, Submission
from services.intake.models.newsrooms import ApiKey, IdempotencyKey, Newsroom, Usage

__all__ = ["ApiKey", "Claim", "IdempotencyKey", "Inbox", "Newsroom", "Outbox", "Submission", "Table", "Usage"]
