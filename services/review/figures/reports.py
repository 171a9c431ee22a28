"""Reports: who and what is checked, the declined too; and how the desk keeps what the codes of principles ask.

The codes (IFCN, EFCSN) ask for non-partisanship, open sources, open methods, and honest corrections. What can be counted of that is
counted from the records as they were published, never estimated.
"""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from services.review.figures.base import of_desk
from services.review.figures.verdicts import NONE, TITLES
from services.review.models import CaseOutcome, Checklist, Tick
from services.review.schemas import Column, FigureTable, PeriodIn

REASONS = {
    "not_checkable": "Not checkable",
    "out_of_scope": "Out of scope",
    "withdrawn": "Withdrawn",
    "spam": "Spam",
    "duplicate": "Same as another",
    "submitter_blocked": "Sender blocked",
}
GRADED = {
    "true": ("true", "mostly-true"),
    "mixed": ("half-true", "missing-context", "misleading"),
    "false": ("mostly-false", "false"),
}
PIECES = 2  # of evidence


def balance(session: Session, asked: PeriodIn, of: str) -> FigureTable:
    """Who and what was checked in a period, and what was declined and why, by claimant, party or channel. Each claim counts
    once, as it stands now."""
    key: Any = {
        "claimant": col(CaseOutcome.claimant),
        "party": col(CaseOutcome.party),
        "channel": col(CaseOutcome.channel),
    }[of]
    first = col(CaseOutcome.first_at)
    within = [first >= asked.begins, first < asked.ends, col(CaseOutcome.stands), *of_desk(session, CaseOutcome, asked)]
    what = func.coalesce(col(CaseOutcome.reason), col(CaseOutcome.rating))
    chosen = select(key, col(CaseOutcome.kind), what, func.count()).where(*within)
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for name, kind, why, count in session.execute(chosen.group_by(key, col(CaseOutcome.kind), what)):
        found[name or NONE[of]][kind, why] += count
    rows = [(name, *_balanced(counts)) for name, counts in found.items()]
    rows.sort(key=lambda row: (-row[1], -row[7], row[0]))
    columns = [
        Column(TITLES[of]),
        Column("Checked", "count"),
        Column("Share of all checked", "share"),
        Column("Rather true", "count"),
        Column("Mixed", "count"),
        Column("Rather false", "count"),
        Column("Neither", "count"),
        Column("Declined", "count"),
        *(Column(words, "count") for words in REASONS.values()),
    ]
    total = sum(row[1] for row in rows)
    rows = [(*row[:2], row[1] / total if total else None, *row[3:]) for row in rows]
    note = (
        "Claims whose first verdict was published, or which were closed without one, in the period, as they stand now."
    )
    return FigureTable(f"balance-by-{of}", f"Balance by {TITLES[of].lower()}", columns, rows, note)


def principles(session: Session, asked: PeriodIn) -> FigureTable:
    """What the codes of principles ask, and how many of the verdicts published in a period kept it."""
    at = col(CaseOutcome.at)
    within = [
        at >= asked.begins,
        at < asked.ends,
        col(CaseOutcome.kind) == "published",
        *of_desk(session, CaseOutcome, asked),
    ]
    kept = {
        "Two pieces of evidence": col(CaseOutcome.evidence) >= PIECES,
        "Fewer, and a reason given to readers": (col(CaseOutcome.evidence) < PIECES) & col(CaseOutcome.waived),
        "All evidence shown to readers": (col(CaseOutcome.evidence) > 0) & (col(CaseOutcome.withheld) == 0),
        "Somebody was asked for comment": col(CaseOutcome.asked) > 0,
        "Every statement has a named speaker": (col(CaseOutcome.named) > 0) & (col(CaseOutcome.unnamed) == 0),
        "It says what is not known": col(CaseOutcome.says_limits),
        "The checker declared ties to those it is about": col(CaseOutcome.says_interests),
    }
    changes = {
        "Corrections": ("correction",),
        "Clarifications": ("clarification",),
        "Updates": ("update",),
        "Retractions": ("retraction",),
    }
    counted = [func.sum(case((condition, 1), else_=0)) for condition in kept.values()]
    counted += [func.sum(case((col(CaseOutcome.revision_kind).in_(kinds), 1), else_=0)) for kinds in changes.values()]
    total, *counts = session.execute(select(func.count(), *counted).where(*within)).one()
    rows = [
        (words, count or 0, total, (count or 0) / total if total else None)
        for words, count in zip([*kept, *changes], counts, strict=True)
    ]
    columns = [Column("What is asked"), Column("Verdicts", "count"), Column("of", "count"), Column("Share", "share")]
    note = "Every revision published in the period counts once. That two people had a part in each is enforced."
    return FigureTable("principles", "What the codes of principles ask", columns, rows, note)


def checklist(session: Session, asked: PeriodIn) -> FigureTable:
    """What desks' own checklists ask, and how often it was said to hold, or waived with a reason, for verdicts of a period."""
    at = col(CaseOutcome.at)
    within = [
        at >= asked.begins,
        at < asked.ends,
        col(CaseOutcome.kind) == "published",
        *of_desk(session, CaseOutcome, asked),
    ]
    is_its = (col(Tick.case_id) == col(CaseOutcome.case_id)) & (col(Tick.revision) == col(CaseOutcome.revision))
    waived = func.sum(case((col(Tick.waived).is_not(None), 1), else_=0))
    chosen = select(col(Tick.item_id), func.count(), waived).join(CaseOutcome, is_its).where(*within)
    words = _items(session)
    rows = [
        (words.get(item, "an item that was taken off the list"), count - gone, gone)
        for item, count, gone in session.execute(chosen.group_by(col(Tick.item_id)))
    ]
    rows.sort(key=lambda row: (-row[1] - row[2], row[0]))
    columns = [Column("Item of a checklist"), Column("Held", "count"), Column("Waived with a reason", "count")]
    return FigureTable(
        "checklist", "The desks’ own checklists", columns, rows, "Of the verdicts published in the period."
    )


def _balanced(counts: dict[tuple[str, str], int]) -> tuple[Any, ...]:
    checked = {rating: count for (kind, rating), count in counts.items() if kind == "published"}
    declined = {why: count for (kind, why), count in counts.items() if kind == "closed"}
    graded = [sum(checked.get(one, 0) for one in slugs) for slugs in GRADED.values()]
    total = sum(checked.values())
    return (
        total, None, *graded, total - sum(graded), sum(declined.values()), *(declined.get(reason, 0) for reason in REASONS)
    )  # fmt: skip


def _items(session: Session) -> dict[UUID, str]:
    """What each item of a checklist says."""
    lists = session.scalars(select(col(Checklist.items)))
    return {UUID(str(item["id"])): str(item["label"]) for items in lists for item in items}
