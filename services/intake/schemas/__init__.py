"""What intake's API takes and gives."""

from services.intake.schemas.base import In
from services.intake.schemas.given import (
    AppearanceIn,
    ClaimIn,
    HopIn,
    PartyIn,
    QuoteIn,
    ReaderIn,
    RequestForCommentIn,
    StatementIn,
    StoryIn,
    UnnamedIn,
)
from services.intake.schemas.told import (
    ChangeOut,
    ChangesOut,
    ClaimOut,
    ClaimsOut,
    KeyOut,
    LineOut,
    RatingOut,
    ReceiptOut,
    SubmissionOut,
    SubmittedOut,
    VerdictOut,
)

__all__ = [
    "AppearanceIn",
    "ChangeOut",
    "ChangesOut",
    "ClaimIn",
    "ClaimOut",
    "ClaimsOut",
    "HopIn",
    "In",
    "KeyOut",
    "LineOut",
    "PartyIn",
    "QuoteIn",
    "RatingOut",
    "ReaderIn",
    "ReceiptOut",
    "RequestForCommentIn",
    "StatementIn",
    "StoryIn",
    "SubmissionOut",
    "SubmittedOut",
    "UnnamedIn",
    "VerdictOut",
]
