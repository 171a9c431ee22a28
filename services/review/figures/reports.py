"""Reports: who and what is checked, the declined too; and how the desk keeps what the codes of principles ask.

The codes (IFCN, EFCSN) ask for non-partisanship, open sources, open methods, and honest corrections. What can be counted of that is
counted from the records as they were published, never estimated.
"""

from collections import defaultdict
from typing import Any
from uuid import UUID

import numpy
from sqlalchemy import select
from sqlmodel import Session, col

from services.review.figures.columns import ANSWERS, TICKS, VERDICTS, read
from services.review.figures.verdicts import NONE, TITLES
from services.review.models import Checklist
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
CHANGES = {
    "Corrections": "correction",
    "Clarifications": "clarification",
    "Updates": "update",
    "Retractions": "retraction",
}


def balance(session: Session, asked: PeriodIn, of: str) -> FigureTable:
    """Who and what was checked in a period, and what was declined and why, by claimant, party or channel. Each claim counts
    once, as it stands now."""
    claims = read(session, VERDICTS, (of, "kind", "reason", "rating"), asked)
    counted = claims.counts(of, "kind", "reason", "rating")
    words = claims.words_of(number for key in counted for number in key)
    found: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for (name, kind, reason, rating), count in counted.items():
        found[words.get(name) or NONE[of]][words[kind], words.get(reason) or words.get(rating) or ""] += count
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
    counts = ("evidence", "withheld", "waived", "asked", "named", "unnamed", "says_limits", "says_interests")
    verdicts = read(session, ANSWERS, ("kind", "revision_kind", *counts), asked).having(kind="published")
    evidence, withheld, waived, comments, named, unnamed, limits, interests = (verdicts[name] for name in counts)
    kept = {
        "Two pieces of evidence": evidence >= PIECES,
        "Fewer, and a reason given to readers": (evidence < PIECES) & (waived > 0),
        "All evidence shown to readers": (evidence > 0) & (withheld == 0),
        "Somebody was asked for comment": comments > 0,
        "Every statement has a named speaker": (named > 0) & (unnamed == 0),
        "It says what is not known": limits > 0,
        "The checker declared ties to those it is about": interests > 0,
    }
    changed = verdicts.counts("revision_kind")
    words = verdicts.words_of(kind for (kind,) in changed)
    by_kind = {words[kind]: count for (kind,), count in changed.items()}
    total = len(verdicts)
    counted = {title: int(numpy.count_nonzero(holds)) for title, holds in kept.items()}
    counted |= {title: by_kind.get(kind, 0) for title, kind in CHANGES.items()}
    rows = [(title, count, total, count / total if total else None) for title, count in counted.items()]
    columns = [Column("What is asked"), Column("Verdicts", "count"), Column("of", "count"), Column("Share", "share")]
    note = "Every revision published in the period counts once. That two people had a part in each is enforced."
    return FigureTable("principles", "What the codes of principles ask", columns, rows, note)


def checklist(session: Session, asked: PeriodIn) -> FigureTable:
    """What desks' own checklists ask, and how often it was said to hold, or waived with a reason, for verdicts of a period."""
    ticks = read(session, TICKS, ("item_id", "waived"), asked)
    counted = ticks.counts("item_id", "waived")
    ids = ticks.ids_of(item for item, _ in counted)
    words = _items(session)
    rows = [
        (
            words.get(ids[item], "an item that was taken off the list"),
            counted.get((item, 0), 0),
            counted.get((item, 1), 0),
        )
        for item in {one for one, _ in counted}
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
