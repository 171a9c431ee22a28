"""What review stores: people, cases and all that is done on them, and the chained history of it."""

from services.review.models.alarms import Alarm
from services.review.models.base import Inbox, Outbox, Table
from services.review.models.cases import Case, CaseSource, CaseTag, story_key_of
from services.review.models.checklists import NO_DESK, USUAL_CHECKLIST, Checklist, Question, Tick
from services.review.models.desks import USUAL_RULES, Approval, Desk, DeskRole
from services.review.models.directory import Known, key_of
from services.review.models.disputes import Dispute, Urging
from services.review.models.drafts import Draft
from services.review.models.earlier import EarlierCheck
from services.review.models.figures import CaseOutcome, CaseSpan, FigureColumn, FigureWord
from services.review.models.files import CaseFile
from services.review.models.history import ChainHead, HistoryEntry
from services.review.models.identities import Identity
from services.review.models.links import OneTimeLink
from services.review.models.matching import CASE, CHECK, MATCH_TABLES, Match
from services.review.models.notices import Notice
from services.review.models.notifications import Notification, NotificationChoice
from services.review.models.passkeys import Passkey, UsedChallenge
from services.review.models.people import (
    Erasure,
    HouseRules,
    Person,
    Press,
    RecoveryCode,
    SecondFactor,
    SignIn,
    SignInFailure,
    Token,
)
from services.review.models.policies import Policy
from services.review.models.queue import PRESENT_FOR, CaseRead, SavedList
from services.review.models.reach import PageViews
from services.review.models.reasons import ReasonVote
from services.review.models.reliability import Judgement, key_of_site, keys_of_source, site_of
from services.review.models.remarks import Opinion, Remark
from services.review.models.rules import Rule, RuleHit
from services.review.models.second import SecondCheck
from services.review.models.senders import Sender
from services.review.models.stamps import TimeStamp
from services.review.models.statements import CommentRequest, Statement
from services.review.models.stories import CaseStory, Story
from services.review.models.words import EARLIER_TABLE, OPEN_TABLE, WORDS_TABLE
from services.review.models.work import Evidence, Hand, Note, Verdict

__all__ = [
    "CASE",
    "CHECK",
    "EARLIER_TABLE",
    "MATCH_TABLES",
    "NO_DESK",
    "OPEN_TABLE",
    "PRESENT_FOR",
    "USUAL_CHECKLIST",
    "USUAL_RULES",
    "WORDS_TABLE",
    "Alarm",
    "Approval",
    "Case",
    "CaseFile",
    "CaseOutcome",
    "CaseRead",
    "CaseSource",
    "CaseSpan",
    "CaseStory",
    "CaseTag",
    "ChainHead",
    "Checklist",
    "CommentRequest",
    "Desk",
    "DeskRole",
    "Dispute",
    "Draft",
    "EarlierCheck",
    "Erasure",
    "Evidence",
    "FigureColumn",
    "FigureWord",
    "Hand",
    "HistoryEntry",
    "HouseRules",
    "Identity",
    "Inbox",
    "Judgement",
    "Known",
    "Match",
    "Note",
    "Notice",
    "Notification",
    "NotificationChoice",
    "OneTimeLink",
    "Opinion",
    "Outbox",
    "PageViews",
    "Passkey",
    "Person",
    "Policy",
    "Press",
    "Question",
    "ReasonVote",
    "RecoveryCode",
    "Remark",
    "Rule",
    "RuleHit",
    "SavedList",
    "SecondCheck",
    "SecondFactor",
    "Sender",
    "SignIn",
    "SignInFailure",
    "Statement",
    "Story",
    "Table",
    "Tick",
    "TimeStamp",
    "Token",
    "Urging",
    "UsedChallenge",
    "Verdict",
    "key_of",
    "key_of_site",
    "keys_of_source",
    "site_of",
    "story_key_of",
]
