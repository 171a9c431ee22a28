"""What the desk calls things on its pages."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import request

from services.review.models import Case, Person
from services.review.pages.terms import (
    ACTS,
    ADMIN_ACTS,
    BULK,
    CLOSE_REASONS,
    CONFIDENCE,
    DECISIONS,
    DONE,
    EVIDENCE_KINDS,
    FIELDS,
    NEEDS_FACTOR,
    OUTCOMES,
    STANCES,
    STATEMENTS,
    TOLD,
    URGED,
    WHEN_TOLD,
    WHO_ELSE,
)
from services.review.scale import SCALE
from services.review.schemas import ActOut, CaseOut, CaseRow, HistoryOut, StepOut, VerdictOut
from shared.contracts import Submitter
from shared.countries import COUNTRIES
from shared.errors import Problem

MOST_NAMED = 5  # people or names in one sentence

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

PRESSING = timedelta(days=1)  # from when on the time that is left is a warning

# How a session was opened.
WAYS_IN = {
    "password": "by password",
    "code": "by password and code",
    "recovery": "by password and recovery code",
    "passkey": "by passkey",
    "provider": "by the newsroom’s sign-in",
}

# What a line of the history tells of an act: fields before and after, and texts in quotation marks.
COMPARED = (
    "state", "assignee", "revision", "kind", "rating", "headline", "title", "reason", "submissions", "stance", "asked",
    "outcome", "wording", "urgency", "due_at", "hours", "tags", "desk",
    "approvals", "held_until", "status", "rules", "decision", "item",
)  # fmt: skip
QUOTED = ("text", "note", "quote", "paraphrase")
OF_THE_DESK = "en"  # the language that the desk’s pages are written in


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
    word, waits_for = STANDINGS[slug]
    if slug == "unverified" and not case.missing:
        waits_for = "It needs a verdict."
    if "approve" in case.allowed and not case.before_approval:
        waits_for = "You had no hand in this verdict: approve it, or send it back."
    elif slug == "checked" and case.approvals_needed > 1:
        waits_for = waits_for.replace("an editor", _editors(case.approvals_needed, len(case.approvals)), 1)
    if slug in ("unverified", "checked") and is_killed(case):
        waits_for = "Its story was killed. Hold it until it is clear what stands."
    return Standing(slug, word, waits_for)


def is_killed(case: CaseOut) -> bool:
    """Whether no story that the claim was made from stands any more."""
    return bool(case.stories) and all(one.status == "canceled" for one in case.stories)


def done(act: str, case: Case) -> str:
    """What is said to whoever did an act: with some, as it left the case."""
    if act == "approve" and case.approved_at is None:
        return "Approved. It is published once the desk’s other approvals are there."
    if act == "approve" and case.is_held:
        return "Approved. Readers read it when its time has come."
    if act == "schedule" and case.embargoed_until is None:
        return "It is held no longer." + (" It is on its way to the site." if case.approved_at else "")
    return DONE[act]


def named(told: Sequence[str], unknown: Sequence[str]) -> str:
    """What a note's names did, behind “Noted.”: who is told of it, and which of them stand for nobody here."""
    said = ""
    if told:
        who = in_one_breath(told) if len(told) <= MOST_NAMED else f"{len(told)} people"
        said += f" {who} {'is' if len(told) == 1 else 'are'} told."
    if unknown:
        some = [*unknown[:MOST_NAMED], *(("others",) if len(unknown) > MOST_NAMED else ())]
        said += f" Nobody here is called {in_one_breath(some, 'or')}: nobody is told by {'it' if len(unknown) == 1 else 'them'}."
    return said


def in_one_breath(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f" {last} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _editors(needed: int, approved: int) -> str:
    """For whom a verdict waits that several editors have to approve."""
    left = max(1, needed - approved)
    return "another editor" if left == 1 else f"{left} {'more ' if approved else ''}editors"


def in_my_language(name: str, words: Mapping[str, str]) -> str:
    """A status as the desk has it in the language that the reader's browser asks for first; by its name, which stands for English,
    if the desk wrote it in none of those."""
    named = {OF_THE_DESK: name} | dict(words)
    return named[request.accept_languages.best_match(named, OF_THE_DESK) or OF_THE_DESK]


def in_words(kind: str, key: str) -> str:
    """The desk's word for a stored one."""
    tables: dict[str, Mapping[str, str]] = {
        "act": ACTS, "statement": STATEMENTS, "outcome": OUTCOMES, "urged": URGED, "stance": STANCES, "evidence": EVIDENCE_KINDS,
        "close": CLOSE_REASONS, "field": FIELDS, "bulk": BULK, "told": TOLD, "when": WHEN_TOLD,
        "decision": DECISIONS,
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


def differences(before: VerdictOut, after: Mapping[str, Any], labels: Mapping[str, str]) -> list[Difference]:
    """What a verdict (as its form's fields) says that another did not, the rating by its label (`labels`, by slug)."""
    found = []
    for field in ("rating", "headline", "summary", "text", "unknown", "confidence", "rests_on", "waiver", "interests"):
        old, new = str(getattr(before, field) or ""), str(after.get(field) or "").replace("\r\n", "\n").strip()
        if old != new:
            found.append(
                Difference(in_words("field", field), of_verdict(field, old, labels), of_verdict(field, new, labels))
            )
    return found


def ratings_by_name(case: CaseOut) -> dict[str, str]:
    """What the ratings of a case are called, by their slugs: as its desk has them now, and those that it has no more as they were
    called when they were given."""
    return {one.rating: one.rating_label for one in case.verdicts} | {one.slug: one.label for one in case.ratings}


def of_verdict(field: str, value: str, labels: Mapping[str, str]) -> str:
    """A field of a verdict as people read it: the rating and how sure it is by their words."""
    if field == "confidence":
        return CONFIDENCE.get(value, value)
    return labels.get(value) or rating_label(value) if field == "rating" else value


def sent_back(case: CaseOut) -> HistoryOut | None:
    """The act by which an editor sent the case back, while nobody has given a new verdict since."""
    last = next((one for one in reversed(case.history) if one.action in ("check", "return", "reopen")), None)
    return last if last and last.action == "return" else None


def has_just_decided(case: CaseOut, person: Person) -> bool:
    """Whether the last that anybody did to the case was that this person approved its verdict or sent it back."""
    last = next((one for one in reversed(case.history) if one.by), None)
    return last is not None and last.by == person.name and last.action in ("approve", "return")


def problem_in_words(problem: Problem | None) -> str:
    """What is wrong with a form of the desk's settings, field by field."""
    if problem is None:
        return ""
    said = [
        f"{field}: {one['detail']}" if (field := one["pointer"].lstrip("#/")) else _as_a_sentence(one["detail"])
        for one in problem.members.get("errors", [])
    ]
    return "; ".join(said) or problem.detail


def _as_a_sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "." * (not words.endswith("."))


def marks_of(row: CaseRow) -> list[str]:
    """What is to be said first of a case in the queue: it is not as the others."""
    return [
        words
        for holds, words in (
            (row.story_status == "canceled", "its story was killed"),
            (row.story_status == "withheld", "its story is withheld"),
            (row.kind != "first", f"{row.kind}, revision {row.revision}"),
            (row.test, "test"),
        )
        if holds
    ]


def why_here(row: CaseRow) -> list[str]:
    """What moves a case most."""
    return [_shortly(one.why) for one in row.place[1:3] if one.hours > 0 and _tells(one.why, row)]


def _shortly(why: str) -> str:
    """What a sum is made of stands where it is asked for, below the row."""
    return why.partition(":")[0] if why.startswith("check-worthiness") else why


def _tells(why: str, row: CaseRow) -> bool:
    """Whether a factor tells what the row does not show anyway."""
    return not why.startswith(row.kind) and (row.urgency <= 2 or not why.startswith("urgency"))


def rank(row: CaseRow) -> str:
    """As if it had waited how long a case stands in its queue; what was moved back may stand behind what comes in now."""
    hours = round(sum(one.hours for one in row.place))
    return f"rank {hours:,} h".replace("-", "−")


def due(at: datetime, moment: datetime) -> str:
    """How much time is left, or how long it has been over."""
    if abs(at - moment) < timedelta(minutes=1):
        return "due now"
    return f"due in {how_long(at - moment)}" if at > moment else f"overdue by {how_long(moment - at)}"


def is_pressing(due_at: datetime, moment: datetime) -> bool:
    """Whether so little time is left that it is shown as a warning."""
    return due_at - moment < PRESSING


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


def submitter(one: Submitter) -> list[str]:
    """Who sent a claim in, by what and from where, in a few words each."""
    told = (
        ", ".join(filter(None, (one.name, one.role))),
        one.platform and f"by {one.platform}",
        one.country and COUNTRIES.get(one.country, one.country),
        one.language and f"language {one.language}",
    )
    return [words for words in told if words]


def _value(field: str, value: Any, names: Mapping[str, str]) -> str:
    if value in (None, ""):
        return "nobody" if field == "assignee" else ""
    text = _short(", ".join(map(str, value)) if isinstance(value, list) else str(value))
    words = {
        "assignee": names.get(text, text),
        "rating": names.get(text) or rating_label(text),
        "kind": EVIDENCE_KINDS.get(text, text),
        "reason": CLOSE_REASONS.get(text, f"“{text}”"),
        "revision": f"revision {text}",
        "title": f"“{text}”",
        "item": f"“{text}”",
        "headline": f"“{text}”",
        "stance": STATEMENTS.get(text, STANCES.get(text, text)),
        "outcome": (OUTCOMES | URGED).get(text, text),
        "wording": f"“{text}”",
        "urgency": f"urgency {text}",
        "hours": f"{text} h of waiting",
        "tags": f"tags {text}",
        "desk": f"desk {text}",
        "rules": f"rules {text}" if isinstance(value, list) and len(value) > 1 else f"rule {text}",
        "approvals": f"{text} approvals",
        "decision": DECISIONS.get(text, text),
        "held_until": f"held until {text[:16].replace('T', ' ')} UTC",
        "due_at": f"due {text[:16].replace('T', ' ')} UTC",
        "submissions": f"{text} submission{'' if text == '1' else 's'}",
    }
    return words.get(field, text)


def act_of_admin(act: ActOut) -> str:
    """What somebody did to people and desks, as the rest of a sentence that begins with their name."""
    before, after = ((act.details or {}).get(side, {}) for side in ("before", "after"))
    named = [side.get(field) for field in ("person", "name") for side in (after, before)]
    named += [after.get(field) for field in ("page", "service", "desk")]
    usual = "claims without a desk" if act.action == "checklist changed" else ""
    whom = next(filter(None, named), usual)
    words = ADMIN_ACTS.get(act.action, act.action)
    said = words.format(whom=whom) if "{whom}" in words else " ".join(filter(None, (words, whom)))
    if act.action == "house rules changed":
        archives = "are" if after.get("shows_archives", True) else "are not"
        return (
            f"{said} {NEEDS_FACTOR[after.get('second_factor_from')]} has to sign in with a second factor, and readers {archives} "
            "led to copies in public archives"
        )
    if "role" in after or "roles" in after:
        held = [after.get("role") or ", ".join(after.get("roles", []))]
        held += [f"{role} at {slug}" for slug, role in after.get("desks", {}).items()]
        return f"{said}: {', '.join(filter(None, held)) or 'no role'}"
    return said


def rating_label(slug: str, scale: Sequence[StepOut] = ()) -> str:
    """The label of a rating, in a desk's own words if its scale is given."""
    for step in scale:
        if step.slug == slug:
            return step.label
    return SCALE[slug].label if slug in SCALE else slug


def _short(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= 140 else text[:139].rstrip() + "…"
