"""Verdicts: how many of which rating, by topic, claimant, party and channel."""

from collections import defaultdict
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from services.review.figures.base import of_desk
from services.review.models import CaseOutcome, CaseTag
from services.review.scale import STEPS
from services.review.schemas import Column, FigureTable, PeriodIn

TITLES = {"topic": "Topic", "claimant": "Who claims it", "party": "Party", "channel": "Channel"}
NONE = {"topic": "no topic", "claimant": "nobody named", "party": "none named", "channel": "unknown"}


def verdicts_by(session: Session, asked: PeriodIn, of: str) -> FigureTable:
    """The verdicts first published in a period, each as it stands now."""
    key: Any = {
        "topic": col(CaseTag.tag),
        "claimant": col(CaseOutcome.claimant),
        "party": col(CaseOutcome.party),
        "channel": col(CaseOutcome.channel),
    }[of]
    first = col(CaseOutcome.first_at)
    chosen = select(key, col(CaseOutcome.rating), func.count()).select_from(CaseOutcome)
    if of == "topic":
        chosen = chosen.outerjoin(CaseTag, col(CaseTag.case_id) == CaseOutcome.case_id)
    chosen = chosen.where(
        first >= asked.begins,
        first < asked.ends,
        col(CaseOutcome.stands),
        col(CaseOutcome.kind) == "published",
        *of_desk(session, CaseOutcome, asked),
    ).group_by(key, col(CaseOutcome.rating))
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, rating, count in session.execute(chosen):
        found[name or NONE[of]][rating] += count
    rows = [
        (name, sum(by_rating.values()), *(by_rating.get(step.slug, 0) for step in STEPS))
        for name, by_rating in sorted(found.items(), key=lambda one: (-sum(one[1].values()), one[0]))
    ]
    columns = [Column(TITLES[of]), Column("Verdicts", "count"), *(Column(step.label, "count") for step in STEPS)]
    note = "Verdicts first published in the period, as they stand now."
    if of == "topic":
        note += " A claim with several topics counts for each."
    return FigureTable(f"verdicts-by-{of}", f"Verdicts by {TITLES[of].lower()}", columns, rows, note)
