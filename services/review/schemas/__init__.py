"""What the desk's actions take, and what its API gives."""

from services.review.schemas.acts import (
    AssignIn,
    CheckIn,
    CloseIn,
    EvidenceIn,
    EvidenceKind,
    Headline,
    NoteIn,
    ReopenIn,
    ReturnIn,
    StrikeIn,
)
from services.review.schemas.base import NothingIn
from services.review.schemas.cases import CaseOut, CaseRow, EvidenceOut, HistoryOut, NoteOut, QueueOut, VerdictOut
from services.review.schemas.people import MeOut, PersonOut
from services.review.schemas.statements import (
    AlsoIn,
    AskIn,
    DescribeIn,
    ElsewhereOut,
    ReplyIn,
    RequestOut,
    SiblingOut,
    StatementIn,
    StatementOut,
)
from services.review.schemas.stories import CaseStoryOut, PickIn, PicksIn, StoriesOut, StoryOut, StoryRow
from shared.fields import In

__all__ = [
    "AlsoIn",
    "AskIn",
    "AssignIn",
    "CaseOut",
    "CaseRow",
    "CaseStoryOut",
    "CheckIn",
    "CloseIn",
    "DescribeIn",
    "ElsewhereOut",
    "EvidenceIn",
    "EvidenceKind",
    "EvidenceOut",
    "Headline",
    "HistoryOut",
    "In",
    "MeOut",
    "NoteIn",
    "NoteOut",
    "NothingIn",
    "PersonOut",
    "PickIn",
    "PicksIn",
    "QueueOut",
    "ReopenIn",
    "ReplyIn",
    "RequestOut",
    "ReturnIn",
    "SiblingOut",
    "StatementIn",
    "StatementOut",
    "StoriesOut",
    "StoryOut",
    "StoryRow",
    "StrikeIn",
    "VerdictOut",
]
