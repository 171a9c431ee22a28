"""What intake stores: who may send, what was sent, what became of it."""

from services.intake.models.archive import ClaimSource, Copy, DeskSource, Source
from services.intake.models.base import Inbox, Outbox, Table
from services.intake.models.claims import Change, Claim, Step, Submission
from services.intake.models.earlier import EarlierCheck
from services.intake.models.feeds import Feed, FeedEntry
from services.intake.models.inbound import InboundHook, InboundMessage
from services.intake.models.matching import MATCH_TABLES
from services.intake.models.newsrooms import ApiKey, IdempotencyKey, Newsroom, NewsroomVisit, Press, SignInLink, Usage
from services.intake.models.stories import Story, StoryClaim, StoryVersion
from services.intake.models.uploads import Upload
from services.intake.models.webhooks import Attempt, Delivery, Told, WebhookEndpoint, WebhookEvent

__all__ = [
    "MATCH_TABLES",
    "ApiKey",
    "Attempt",
    "Change",
    "Claim",
    "ClaimSource",
    "Copy",
    "Delivery",
    "DeskSource",
    "EarlierCheck",
    "Feed",
    "FeedEntry",
    "IdempotencyKey",
    "InboundHook",
    "InboundMessage",
    "Inbox",
    "Newsroom",
    "NewsroomVisit",
    "Outbox",
    "Press",
    "SignInLink",
    "Source",
    "Step",
    "Story",
    "StoryClaim",
    "StoryVersion",
    "Submission",
    "Table",
    "Told",
    "Upload",
    "Usage",
    "WebhookEndpoint",
    "WebhookEvent",
]
