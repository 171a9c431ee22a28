"""The table of acts: in which state each is possible, what it leads to, and whose role it takes.

Clients send acts, never states.
"""

from services.review.models import Case

UNVERIFIED, CHECKED, PUBLISHED, CLOSED = "unverified", "checked", "published", "closed"

# (state, act): the state after it. A published verdict that is taken up again stays public until it is replaced.
MOVES: dict[tuple[str, str], str] = {
    (UNVERIFIED, "take"): UNVERIFIED,
    (UNVERIFIED, "assign"): UNVERIFIED,
    (UNVERIFIED, "release"): UNVERIFIED,
    (UNVERIFIED, "plan"): UNVERIFIED,
    (UNVERIFIED, "tag"): UNVERIFIED,
    (UNVERIFIED, "note"): UNVERIFIED,
    (UNVERIFIED, "strike"): UNVERIFIED,
    (UNVERIFIED, "evidence"): UNVERIFIED,
    (UNVERIFIED, "archive"): UNVERIFIED,
    (UNVERIFIED, "statement"): UNVERIFIED,
    (UNVERIFIED, "describe"): UNVERIFIED,
    (UNVERIFIED, "ask"): UNVERIFIED,
    (UNVERIFIED, "reply"): UNVERIFIED,
    (UNVERIFIED, "question"): UNVERIFIED,
    (UNVERIFIED, "tick"): UNVERIFIED,
    (UNVERIFIED, "waive"): UNVERIFIED,
    (UNVERIFIED, "fill"): UNVERIFIED,
    (UNVERIFIED, "status"): UNVERIFIED,
    (UNVERIFIED, "flag"): UNVERIFIED,
    (UNVERIFIED, "unflag"): UNVERIFIED,
    (UNVERIFIED, "settle"): UNVERIFIED,
    (UNVERIFIED, "check"): CHECKED,
    (UNVERIFIED, "notice"): UNVERIFIED,
    (UNVERIFIED, "announce"): UNVERIFIED,
    (UNVERIFIED, "withdraw"): UNVERIFIED,
    (UNVERIFIED, "move"): UNVERIFIED,
    (UNVERIFIED, "schedule"): UNVERIFIED,
    (UNVERIFIED, "merge"): CLOSED,
    (UNVERIFIED, "accept"): UNVERIFIED,  # of another case it is a merge
    (UNVERIFIED, "refuse"): UNVERIFIED,
    (UNVERIFIED, "close"): CLOSED,
    (UNVERIFIED, "urge"): UNVERIFIED,  # if readers read a verdict already
    (UNVERIFIED, "offered again"): UNVERIFIED,
    (UNVERIFIED, "sender blocked"): CLOSED,
    (CHECKED, "tick"): CHECKED,
    (CHECKED, "waive"): CHECKED,
    (CHECKED, "fill"): CHECKED,
    (CHECKED, "status"): CHECKED,
    (CHECKED, "flag"): CHECKED,
    (CHECKED, "unflag"): CHECKED,
    (CHECKED, "settle"): CHECKED,
    (CHECKED, "refuse"): CHECKED,
    (CHECKED, "plan"): CHECKED,
    (CHECKED, "tag"): CHECKED,
    (CHECKED, "note"): CHECKED,
    (CHECKED, "strike"): CHECKED,
    (CHECKED, "ask"): CHECKED,
    (CHECKED, "reply"): CHECKED,
    (CHECKED, "withdraw"): CHECKED,
    (CHECKED, "move"): CHECKED,
    (CHECKED, "schedule"): CHECKED,
    (CHECKED, "second"): CHECKED,
    (CHECKED, "second differs"): UNVERIFIED,
    (CHECKED, "return"): UNVERIFIED,
    (CHECKED, "approve"): CHECKED,  # published once publish has confirmed it
    (CHECKED, "urge"): CHECKED,
    (CHECKED, "released"): CHECKED,
    (PUBLISHED, "status"): PUBLISHED,
    (PUBLISHED, "flag"): PUBLISHED,
    (PUBLISHED, "unflag"): PUBLISHED,
    (PUBLISHED, "settle"): PUBLISHED,
    (PUBLISHED, "tag"): PUBLISHED,
    (PUBLISHED, "note"): PUBLISHED,
    (PUBLISHED, "strike"): PUBLISHED,
    (PUBLISHED, "ask"): PUBLISHED,
    (PUBLISHED, "urge"): PUBLISHED,
    (PUBLISHED, "reply"): PUBLISHED,
    (PUBLISHED, "reopen"): UNVERIFIED,
    (CLOSED, "settle"): CLOSED,
    (CLOSED, "withdraw"): CLOSED,
    (CLOSED, "tag"): CLOSED,
    (CLOSED, "note"): CLOSED,
    (CLOSED, "strike"): CLOSED,
    (CLOSED, "unmerge"): UNVERIFIED,
    (CLOSED, "reopen"): UNVERIFIED,
    (CLOSED, "sender let in"): UNVERIFIED,
}

ROLES = {
    "take": "checker",
    "assign": "checker",
    "release": "checker",
    "plan": "checker",
    "tag": "checker",
    "note": "checker",
    "strike": "checker",
    "evidence": "checker",
    "archive": "checker",
    "statement": "checker",
    "describe": "checker",
    "ask": "checker",
    "reply": "checker",
    "urge": "checker",
    "question": "checker",
    "tick": "checker",
    "waive": "checker",
    "fill": "checker",
    "status": "checker",
    "flag": "checker",
    "unflag": "editor",
    "settle": "checker",
    "check": "checker",
    "notice": "checker",
    "announce": "editor",
    "withdraw": "editor",
    "move": "checker",
    "schedule": "editor",
    "second": "checker",
    "return": "editor",
    "approve": "editor",
    "merge": "checker",
    "accept": "checker",
    "refuse": "checker",
    "unmerge": "checker",
    "close": "editor",
    "reopen": "checker",
}

SAW_IT = frozenset({"check", "second", "approve", "announce"})  # these must say which version they are about
WHILE_WAITING_FOR_SITE = frozenset({"note"})
WHILE_HELD = frozenset({"note", "schedule", "return"})


def is_possible(case: Case, act: str) -> bool:
    """Whether the state allows the act, whoever does it."""
    if case.waits_for_site and act not in (WHILE_HELD if case.is_held else WHILE_WAITING_FOR_SITE):
        return False
    if (case.merged_into is not None and act == "reopen") or (case.merged_into is None and act == "unmerge"):
        return False
    if act == "urge" and not case.published_revision:
        return False
    return (case.state, act) in MOVES
