"""Where a case stands in the queue, and why: every factor is worth hours of waiting.

A case that came in at noon and has a head start of six hours stands beside one that came in at six in the morning and has none.
So the order does not change while time passes, an index keeps it, and nobody waits for ever: whatever has waited long enough
comes first. A due time works the same way from its other end: a day before it, a case stands as one that has just come.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

USUAL_URGENCY = 5
FOR_A_STEP_OF_URGENCY = 6
FOR_ANOTHER_NEWSROOM, MOST_NEWSROOMS = 6, 8
FOR_SENT_AGAIN, MOST_SENT_AGAIN = 1, 12
FOR_WORTH = 12  # as checkable as can be
FOR_CORRECTION = 24  # readers read something that is wrong
BEFORE_DUE = timedelta(hours=24)


class Factor(NamedTuple):
    """What moves a case in the queue: by how many hours of waiting it stands further up, and why. Below nothing: further down."""

    hours: float
    why: str
    is_age: bool = False


def factors(case: Mapping[str, Any]) -> list[Factor]:
    """What moves this case (its columns by name), but for its age and due time."""
    senders = (*case["submissions"], *case.get("also_submitted", ()))  # those of claims that say the same, too
    newsrooms = len({one["newsroom"] for one in senders})
    times = case["submission_count"] + case.get("also_submission_count", 0)
    again = times - newsrooms
    steps = USUAL_URGENCY - case["urgency"]
    ruled, planned = case.get("ruled", {}), case.get("planned", {})
    by_rule = ruled.get("why", {}).get("urgency") if planned.get("urgency") is None else None
    urgency = f"urgency {case['urgency']}" + (f", by the desk rule “{by_rule}”" if by_rule else "")
    found = [
        Factor(steps * FOR_A_STEP_OF_URGENCY, urgency),
        Factor(min(newsrooms - 1, MOST_NEWSROOMS) * FOR_ANOTHER_NEWSROOM, f"sent in by {newsrooms} newsrooms"),
        Factor(min(again, MOST_SENT_AGAIN) * FOR_SENT_AGAIN, f"sent in {times} times"),
        Factor(
            FOR_CORRECTION if case["kind"] in ("correction", "retraction") else 0,
            f"{case['kind']}: readers wait for it",
        ),
    ]
    worth = case.get("worth") or {}
    by_hand = planned.get("worth")
    score = worth.get("score") if by_hand is None else by_hand
    why = "set by hand" if by_hand is not None else ", ".join(worth.get("why", ()))
    found.append(Factor(round((score or 0) / 100 * FOR_WORTH, 1), f"check-worthiness {score} of 100: {why}"))
    if hours := ruled.get("hours"):
        found.append(Factor(hours, f"desk rule “{ruled['why']['hours']}”"))
    if hours := planned.get("hours"):
        found.append(Factor(hours, f"moved by hand: {planned.get('reason') or 'no reason given'}"))
    return [factor for factor in found if factor.hours]


def stands_since(case: Mapping[str, Any]) -> datetime:
    """Since when this case (its columns by name) stands in line, with its head start: the order of the queue, earliest first."""
    ahead = sum(factor.hours for factor in factors(case))
    since: datetime = case["received_at"] - timedelta(hours=ahead)
    return min(since, case["due_at"] - BEFORE_DUE) if case["due_at"] else since


def explained(case: Mapping[str, Any], now: datetime) -> Sequence[Factor]:
    """Every factor of where the case stands, the strongest first; its age, and what its due time adds, at this moment."""
    moved = factors(case)
    waited = Factor(_hours(now - case["received_at"]), "waiting", is_age=True)
    usual = case["received_at"] - timedelta(hours=sum(factor.hours for factor in moved))
    if case["due_at"] and case["due_at"] - BEFORE_DUE < usual:
        moved.append(Factor(_hours(usual - (case["due_at"] - BEFORE_DUE)), "its due time"))
    return [waited, *sorted(moved, key=lambda factor: -abs(factor.hours))]


def _hours(span: timedelta) -> float:
    return round(span.total_seconds() / 3600, 1)
