"""What the desk calls things on its pages."""

from collections.abc import Mapping
from typing import Any

STANCES = {"supports": "Supports the claim", "refutes": "Refutes the claim", "context": "Context"}
EVIDENCE_KINDS = {
    "document": "Document",
    "data": "Data",
    "on_the_record": "On the record",
    "unnamed": "Unnamed source",
    "expert": "Expert",
    "media": "Picture, sound or film",
}
CLOSE_REASONS = {
    "not_checkable": "Not checkable",
    "out_of_scope": "Out of scope",
    "withdrawn": "Withdrawn by the newsroom",
    "spam": "Spam",
    "duplicate": "Same as another claim",
}
DONE = {
    "take": "It is yours now.",
    "assign": "Handed over.",
    "release": "Back in the queue.",
    "note": "Noted.",
    "strike": "Struck out; it stays readable.",
    "evidence": "Evidence added.",
    "check": "Checked. It waits for a second pair of eyes.",
    "return": "Sent back to its checker.",
    "approve": "Approved. It is on its way to the site.",
    "close": "Closed. The newsroom sees the reason.",
    "reopen": "Reopened.",
}
ACTS = {
    "submitted": "came in",
    "submitted again": "was submitted again",
    "take": "took it",
    "assign": "handed it over",
    "release": "gave it back to the queue",
    "note": "wrote a note",
    "strike": "struck something out",
    "evidence": "added evidence",
    "check": "gave a verdict",
    "return": "sent it back",
    "approve": "approved it",
    "close": "closed it",
    "reopen": "reopened it",
    "published": "was published",
}
STATEMENTS = {
    "asserts": "says so",
    "confirms": "confirms it",
    "denies": "denies it",
    "partly_confirms": "confirms part of it",
    "sets_condition": "sets a condition",
}
OUTCOMES = {"no_response_yet": "no answer yet", "declined": "declined to comment", "answered": "answered"}
SHOWN = ("state", "assignee", "rating", "revision", "kind", "reason", "submissions")


def in_words(kind: str, key: str) -> str:
    """The desk's word for a stored one."""
    tables: dict[str, Mapping[str, str]] = {
        "act": ACTS, "statement": STATEMENTS, "outcome": OUTCOMES, "stance": STANCES, "evidence": EVIDENCE_KINDS,
        "close": CLOSE_REASONS,
    }  # fmt: skip
    return tables[kind].get(key, key.replace("_", " "))


def changes(details: dict[str, Any] | None) -> list[str]:
    """What an act changed: "state: unverified → checked"."""
    if details is None:
        return ["details erased"]
    before, after = details.get("before", {}), details.get("after", {})
    found = []
    for name in SHOWN:
        if name in after and after[name] != before.get(name):
            old = before.get(name)
            arrow = f"{old} → " if old not in (None, "") else ""
            found.append(f"{name.replace('_', ' ')}: {arrow}{after[name] if after[name] is not None else 'nobody'}")
    return found
