"""Sends claims to a Factdesk, a newsroom's fact-check desk, and says what became of them.

from factdesk import Client

with Client("https://intake.example.org", api_key) as desk:
    claim = desk.submit("The bridge was closed on four days in March.", claimant={"name": "Jo Marten"})
    print(claim.receipt_url)
"""

from factdesk.client import Client
from factdesk.errors import (
    Conflict,
    FactdeskError,
    FieldError,
    Forbidden,
    Gone,
    Invalid,
    NotAnswered,
    NotFound,
    NotOffered,
    Problem,
    TryLater,
    Unauthenticated,
    UnexpectedAnswer,
)
from factdesk.given import ClaimFields
from factdesk.pages import Pages
from factdesk.patience import Patience
from factdesk.records import (
    Attempt,
    Change,
    Claim,
    Delivery,
    Difference,
    EarlierCheck,
    EarlierRating,
    Endpoint,
    Key,
    Match,
    Publisher,
    Rating,
    Result,
    Story,
    Submission,
    Submitted,
    Verdict,
)
from factdesk.webhooks import Webhooks
from factdesk.wire import VERSION

__version__ = VERSION

__all__ = [
    "Attempt",
    "Change",
    "Claim",
    "ClaimFields",
    "Client",
    "Conflict",
    "Delivery",
    "Difference",
    "EarlierCheck",
    "EarlierRating",
    "Endpoint",
    "FactdeskError",
    "FieldError",
    "Forbidden",
    "Gone",
    "Invalid",
    "Key",
    "Match",
    "NotAnswered",
    "NotFound",
    "NotOffered",
    "Pages",
    "Patience",
    "Problem",
    "Publisher",
    "Rating",
    "Result",
    "Story",
    "Submission",
    "Submitted",
    "TryLater",
    "Unauthenticated",
    "UnexpectedAnswer",
    "Verdict",
    "Webhooks",
    "__version__",
]
