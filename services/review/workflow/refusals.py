"""Why an act is not possible, in the words of whoever wanted to do it."""

from services.review.models import Case

PASSED = {
    "take": "taken", "assign": "handed over", "release": "released", "plan": "planned", "tag": "tagged",
    "note": "noted on", "strike": "struck from",
    "evidence": "given evidence", "archive": "given the address of a copy",
    "statement": "given statements", "describe": "put in other words",
    "notice": "given a notice", "announce": "announced", "withdraw": "taken back",
    "move": "moved", "schedule": "held",
    "question": "given questions", "tick": "ticked", "waive": "waived", "fill": "filled in", "flag": "flagged", "unflag": "cleared",
    "settle": "settled", "status": "given a status",
    "ask": "given requests for comment", "reply": "given replies", "urge": "asked to be corrected",
    "check": "checked", "second": "checked a second time",
    "return": "returned",
    "approve": "approved", "merge": "merged", "accept": "said to be the same", "refuse": "said to differ",
    "unmerge": "unmerged", "close": "closed", "reopen": "reopened",
}  # fmt: skip


def why_not(case: Case, act: str) -> str:
    """Why the state of a case does not allow an act."""
    if case.is_held:
        return "This verdict has been approved and is held until its time; until then it can be noted on, sent back or let go."
    if case.waits_for_site:
        return "This verdict has been approved and waits for the site; until it is published only notes can be added."
    if case.merged_into is not None:
        return "This claim was merged into another; undo that first."
    if act == "urge":
        return "There is no verdict yet by which somebody could be asked to correct the claim."
    return f"A claim that is {case.state} cannot be {PASSED[act]}."
