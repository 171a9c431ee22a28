"""Two versions of a text side by side, with what differs marked word by word."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

from services.review.pages.wording import in_words, of_verdict, ratings_by_name
from services.review.schemas import CaseOut
from shared.diffs import marked

COMPARED = ("rating", "headline", "summary", "text", "unknown", "confidence", "rests_on", "waiver", "interests")


class Beside(NamedTuple):
    """One field of two versions. `differs` is false if both say the same."""

    label: str
    before: Markup
    after: Markup
    differs: bool


def side_by_side(before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str]) -> list[Beside]:
    """Every field of a verdict in two versions, those that neither has left out. `labels` are those of the ratings, by slug."""
    found = []
    for field in COMPARED:
        old, new = _text(field, before, labels), _text(field, after, labels)
        if old or new:
            found.append(Beside(in_words("field", field), *marked(old, new), differs=old != new))
    return found


def against_last(case: CaseOut) -> tuple[str, list[Beside]]:
    """The verdict beside what stood before it, and what that was: the verdict that was sent back, or the revision that readers
    read. Empty if it is the first."""
    if case.verdict is None:
        return "", []
    now, labels = case.verdict.model_dump(mode="json"), ratings_by_name(case)
    earlier = [one for one in case.verdicts if one.revision < case.verdict.revision and one.approved_at]
    rewritten = next((one for one in reversed(case.history) if one.action == "check"), None)
    before = (rewritten.details or {}).get("before", {}) if rewritten else {}
    if before.get("headline"):
        return "the verdict that was sent back", side_by_side(before, now, labels)
    if earlier:
        last = earlier[-1]
        return f"revision {last.revision}, which readers read", side_by_side(last.model_dump(mode="json"), now, labels)
    return "", []


def _text(field: str, verdict: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    value = str(verdict.get(field) or "").replace("\r\n", "\n").strip()
    return of_verdict(field, value, labels)
