"""What intake stores: who may send, what was sent, what became of it."""

from services.intake.models.base import Inbox, Outbox, Table
from services.intake.models.claims import Change, Claim, Submission
from services.intake.models.newsrooms import ApiKey, IdempotencyKey, Newsroom, Usage

__all__ = ["ApiKey", "Change", "Claim", "IdempotencyKey", "Inbox", "Newsroom", "Outbox", "Submission", "Table", "Usage"]
