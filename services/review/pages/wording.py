"""What the desk calls things on its pages."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from services.review.scale import SCALE
from services.review.schemas import CaseOut, CaseRow, HistoryOut, VerdictOut

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
    "submitter_blocked": "Its sender is blocked",
}
CHOOSABLE = [(reason, words) for reason, words in CLOSE_REASONS.items() if reason != "submitter_blocked"]
REVISION_KINDS = {
    "correction": "Correction: we were wrong",
    "clarification": "Clarification: we were unclear",
    "update": "Update: something new is known",
    "retraction": "Retraction: we take it back",
}
DONE = {
    "plan": "Set by hand; the queue follows it.",
    "tag": "Tagged.",
    "statement": "Entered.",
    "describe": "Put in the desk’s words.",
    "ask": "Entered; the clock runs.",
    "reply": "Reply entered.",
    "take": "It is yours now.",
    "assign": "Handed over.",
    "release": "Back in the queue.",
    "note": "Noted.",
    "strike": "Struck out; it stays readable.",
    "evidence": "Evidence added.",
    "check": "Checked. It waits for a second pair of eyes.",
    "return": "Sent back to its checker.",
    "approve": "Approved. It is on its way to the site.",
    "notice": "Written. Somebody else posts it.",
    "announce": "Posted: it is on its way to the site.",
    "withdraw": "Taken back; readers see why.",
    "move": "It belongs to the other desk now.",
    "schedule": "Its time is set.",
    "close": "Closed. The newsroom sees the reason.",
    "reopen": "Reopened.",
}
# Where on the page an act shows what it did.
SHOWN_AT = {"statement": "h-who", "ask": "h-asked", "reply": "h-asked", "evidence": "h-evidence", "note": "h-notes"}
ACTS = {
    "submitted": "came in",
    "submitted again": "was submitted again",
    "offered again": "went back to the queue",
    "sender blocked": "left the queue: its sender was blocked",
    "sender let in": "came back: its sender was let in again",
    "take": "took it",
    "assign": "handed it over",
    "release": "gave it back to the queue",
    "plan": "set by hand where it stands",
    "tag": "changed its tags",
    "note": "wrote a note",
    "strike": "struck something out",
    "evidence": "added evidence",
    "statement": "entered who says what",
    "describe": "put it in other words",
    "ask": "entered who was asked",
    "reply": "entered a reply",
    "check": "gave a verdict",
    "return": "sent it back",
    "approve": "approved it",
    "notice": "wrote a notice for readers",
    "announce": "posted the notice",
    "withdraw": "took the notice back",
    "move": "gave it to another desk",
    "schedule": "set when readers may read it",
    "released": "was let go to be published",
    "close": "closed it",
    "reopen": "reopened it",
    "published": "can be read on the site",
    "story killed": "has killed the story that it was made from",
    "story withheld": "withholds the story that it was made from",
    "story usable again": "has released the story that it was made from",
}
WHO_ELSE = {
    "offered again": "The claim",
    "released": "The verdict",
    "story killed": "The agency",
    "story withheld": "The agency",
    "story usable again": "The agency",
    "submitted": "The claim",
    "submitted again": "The claim",
    "sender blocked": "The claim",
    "sender let in": "The claim",
    "published": "The verdict",
}
SORTS = {
    "rank": "what counts",
    "urgency": "urgency",
    "oldest": "oldest",
    "newest": "newest",
    "due": "due time",
}
STATEMENTS = {
    "asserts": "says so",
    "confirms": "confirms it",
    "denies": "denies it",
    "partly_confirms": "confirms part of it",
    "sets_condition": "sets a condition",
}
OUTCOMES = {"no_response_yet": "no answer yet", "declined": "declined to comment", "answered": "answered"}
TOLD = {
    "assigned": "handed you a claim",
    "mentioned": "named you in a note",
    "answered": "answered your note",
    "returned": "sent your verdict back",
    "to_approve": "gave a verdict that waits for a second pair of eyes",
    "published": "your verdict can be read on the site",
    "replied": "entered a reply to a request for comment",
    "reminder": "something is due or lies idle",
    "offered": "a claim of yours went back to the queue",
    "story": "a story of your claim was withdrawn",
}
WHEN_TOLD = {
    "assigned": "A claim is handed to you",
    "mentioned": "A note names you",
    "answered": "Somebody answers your note",
    "returned": "Your verdict comes back",
    "to_approve": "A verdict waits for your approval",
    "published": "Readers can read your verdict",
    "replied": "A colleague enters a reply to a request for comment",
    "reminder": "Something is due, or lies idle",
    "offered": "A claim of yours goes back to the queue",
    "story": "The story of your claim is withdrawn",
}
BULK = {
    "take": "Taken",
    "release": "Given back",
    "assign": "Handed over",
    "tag": "Tagged",
    "note": "Noted",
    "close": "Closed",
}
FIELDS = {
    "to": "To",
    "note": "Note",
    "text": "Text",
    "title": "Title",
    "url": "Address",
    "publisher": "Publisher",
    "kind": "Kind",
    "stance": "What it does to the claim",
    "quote": "Quote",
    "public": "Readers",
    "withheld_reason": "Why it is withheld",
    "reason": "Reason",
    "rating": "Rating",
    "headline": "Headline",
    "summary": "Summary",
    "unknown": "What is not known",
    "waiver": "Why fewer than two pieces of evidence",
    "interests": "Ties to anybody it is about",
    "name": "What it is for",
    "urgency": "Urgency",
    "due_at": "Due",
    "tags": "Tags",
    "hours": "Moved by hand",
    "wording": "In the desk’s words",
    "claimant.name": "Who claims it",
    "claimant.title": "Their title",
    "claimant.organization": "Their organisation",
    "claimed_at": "When it was claimed",
    "hedge": "How it was hedged",
    "condition": "On what condition",
    "speaker.name": "Who",
    "speaker.title": "Title",
    "speaker.organization": "Organisation",
    "unnamed.count": "How many",
    "unnamed.described_as": "How they are described",
    "unnamed.basis": "How they know",
    "unnamed.reason": "Why they are not named",
    "known_to": "Who at the desk knows them",
    "via": "The way it came",
    "said_at": "When",
    "paraphrase": "What they said, in short",
    "also": "Other claims",
    "asked": "Who was asked",
    "asked_by": "Who asked",
    "asked_at": "When they were asked",
    "channel": "How",
    "deadline": "Until when",
    "outcome": "What came of it",
    "at": "When",
    "until": "Until when",
    "desk": "Desk",
}

# Where a case stands: the word for it, and what it waits for.
STANDINGS = {
    "unverified": ("unverified", "It needs evidence and a verdict."),
    "checked": (
        "checked, to be approved",
        "It waits for an editor who had no hand in this verdict: neither wrote it nor added evidence.",
    ),
    "approved": (
        "approved, waiting for the site",
        "The site has not confirmed yet that readers can read it. Until it has, only notes can be added.",
    ),
    "held": (
        "approved, held until its time",
        "Readers read it when its time has come. Until then an editor can let it go, hold it longer or send it back.",
    ),
    "published": ("published", "Readers can read it. To change it, reopen it; what they read stays until then."),
    "closed": ("closed", "Nobody works on it any more."),
}

# What a line of the history tells of an act: fields before and after, and texts in quotation marks.
COMPARED = (
    "state", "assignee", "revision", "kind", "rating", "headline", "title", "reason", "submissions", "stance", "asked",
    "outcome", "wording", "urgency", "due_at", "hours", "tags", "desk",
    "approvals", "held_until",
)  # fmt: skip
QUOTED = ("text", "note", "quote", "paraphrase")


class Standing(NamedTuple):
    """Where a case stands. `slug` is for its colour."""

    slug: str
    word: str
    waits_for: str


class Difference(NamedTuple):
    """What one version says and the one before said."""

    label: str
    before: str
    after: str


def standing(case: CaseOut) -> Standing:
    """Where this case stands, in words."""
    waits = "held" if case.held_until else "approved"
    slug = waits if case.state == "checked" and case.approved_by is not None else case.state
    return Standing(slug, *STANDINGS[slug])


def in_words(kind: str, key: str) -> str:
    """The desk's word for a stored one."""
    tables: dict[str, Mapping[str, str]] = {
        "act": ACTS, "statement": STATEMENTS, "outcome": OUTCOMES, "stance": STANCES, "evidence": EVIDENCE_KINDS,
        "close": CLOSE_REASONS, "field": FIELDS, "bulk": BULK, "told": TOLD, "when": WHEN_TOLD,
    }  # fmt: skip
    return tables[kind].get(key, key.replace("_", " "))


def who(entry: HistoryOut) -> str:
    """Who did what a line of the history says; some things nobody at the desk did."""
    return entry.by or WHO_ELSE.get(entry.action, "The desk")


def changes(entry: HistoryOut, names: Mapping[str, str]) -> list[str]:
    """What an act changed, before → after. `names` are the people's, by address."""
    if entry.details is None:
        return ["details erased"]
    before, after = entry.details.get("before", {}), entry.details.get("after", {})
    found = []
    for field in COMPARED:
        old, new = before.get(field), after.get(field)
        if field in after and new != old:
            was = _value(field, old, names) if field in before else ""
            found.append(" → ".join(part for part in (was, _value(field, new, names)) if part))
    found += [f"“{_short(after[name])}”" for name in QUOTED if after.get(name) and entry.action != "check"]
    return found


def differences(before: VerdictOut, after: Mapping[str, Any]) -> list[Difference]:
    """What a verdict (as its form's fields) says that another did not, the rating by its label."""
    found = []
    for field in ("rating", "headline", "summary", "text", "unknown", "waiver", "interests"):
        old, new = str(getattr(before, field) or ""), str(after.get(field) or "").replace("\r\n", "\n").strip()
        if old != new:
            if field == "rating":
                old, new = rating_label(old), rating_label(new)
            found.append(Difference(in_words("field", field), old, new))
    return found


def sent_back(case: CaseOut) -> HistoryOut | None:
    """The act by which an editor sent the case back, while nobody has given a new verdict since."""
    last = next((one for one in reversed(case.history) if one.action in ("check", "return", "reopen")), None)
    return last if last and last.action == "return" else None


def why_here(row: CaseRow) -> list[str]:
    """What is to be said first of a case in the queue, and what moves it most."""
    first = [
        words
        for holds, words in (
            (row.story_status == "canceled", "its story was killed"),
            (row.story_status == "withheld", "its story is withheld"),
            (row.kind != "first", f"{row.kind}, revision {row.revision}"),
            (row.test, "test"),
        )
        if holds
    ]
    return [*first, *(one.why for one in row.place[1:3] if one.hours > 0 and _tells(one.why, row))]


def _tells(why: str, row: CaseRow) -> bool:
    """Whether a factor tells what the row does not show anyway."""
    return not why.startswith(row.kind) and (row.urgency <= 2 or not why.startswith("urgency"))


def stands(row: CaseRow) -> str:
    """As if it had waited how long a case stands."""
    return f"{sum(one.hours for one in row.place):,.0f} h"


def due(at: datetime, moment: datetime) -> str:
    """How much time is left, or how long it has been over."""
    if abs(at - moment) < timedelta(minutes=1):
        return "due now"
    return f"due in {how_long(at - moment)}" if at > moment else f"overdue by {how_long(moment - at)}"


def ago(at: datetime, moment: datetime) -> str:
    """How long ago something was."""
    return f"{how_long(moment - at)} ago" if moment - at >= timedelta(minutes=1) else "just now"


def how_long(span: timedelta) -> str:
    """A span of time as people say it, to one unit."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def browser(user_agent: str) -> str:
    """The browser and the machine that a user agent speaks of; what it says itself if it is none that we know."""
    names = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    machines = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "CrOS", "Linux")
    name = next((word for key, word in names if f"{key}/" in user_agent), None)
    machine = next((word for word in machines if word in user_agent), None)
    if name is None or machine is None:
        return user_agent
    return f"{name} on {machine.replace('Macintosh', 'a Mac').replace('CrOS', 'a Chromebook')}"


def _value(field: str, value: Any, names: Mapping[str, str]) -> str:
    if value in (None, ""):
        return "nobody" if field == "assignee" else ""
    text = _short(", ".join(map(str, value)) if isinstance(value, list) else str(value))
    words = {
        "assignee": names.get(text, text),
        "rating": rating_label(text),
        "kind": EVIDENCE_KINDS.get(text, text),
        "reason": CLOSE_REASONS.get(text, f"“{text}”"),
        "revision": f"revision {text}",
        "title": f"“{text}”",
        "headline": f"“{text}”",
        "stance": STATEMENTS.get(text, STANCES.get(text, text)),
        "outcome": OUTCOMES.get(text, text),
        "wording": f"“{text}”",
        "urgency": f"urgency {text}",
        "hours": f"{text} h of waiting",
        "tags": f"tags {text}",
        "desk": f"desk {text}",
        "approvals": f"{text} approvals",
        "held_until": f"held until {text[:16].replace('T', ' ')} UTC",
        "due_at": f"due {text[:16].replace('T', ' ')} UTC",
        "submissions": f"{text} submission{'' if text == '1' else 's'}",
    }
    return words.get(field, text)


def rating_label(slug: str) -> str:
    """The label of a rating."""
    return SCALE[slug].label if slug in SCALE else slug


def _short(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= 140 else text[:139].rstrip() + "…"
