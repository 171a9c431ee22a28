"""Verdicts: how many of which rating, by topic, claimant, party and channel."""

from collections import defaultdict
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from services.review.figures.base import of_desk
from services.review.models import CaseOutcome, CaseTag
from services.review.scale import SCALE
from services.review.schemas import Column, FigureTable, PeriodIn

TITLES = {"topic": "Topic", "claimant": "Who claims it", "party": "Party", "channel": "Channel"}
NONE = {"topic": "no topic", "claimant": "nobody named", "party": "none named", "channel": "unknown"}


def rated(session: Session, asked: PeriodIn) -> dict[str, int]:
    """How many of those verdicts have which rating, each counted once."""
    chosen = select(col(CaseOutcome.rating), func.count()).where(*_within(session, asked))
    counted = dict(session.execute(chosen.group_by(col(CaseOutcome.rating))).all())
    return {step.slug: counted.get(step.slug, 0) for step in SCALE.values()}


def verdicts_by(session: Session, asked: PeriodIn, of: str) -> FigureTable:
    """The verdicts first published in a period, each as it stands now."""
    key: Any = {
        "topic": col(CaseTag.tag),
        "claimant": col(CaseOutcome.claimant),
        "party": col(CaseOutcome.party),
        "channel": col(CaseOutcome.channel),
    }[of]
    chosen = select(key, col(CaseOutcome.rating), func.count()).select_from(CaseOutcome)
    if of == "topic":
        chosen = chosen.outerjoin(CaseTag, col(CaseTag.case_id) == CaseOutcome.case_id)
    chosen = chosen.where(*_within(session, asked)).group_by(key, col(CaseOutcome.rating))
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name, rating, count in session.execute(chosen):
        found[name or NONE[of]][rating] += count
    rows = [
        (name, sum(by_rating.values()), *(by_rating.get(step.slug, 0) for step in SCALE.values()))
        for name, by_rating in sorted(found.items(), key=lambda one: (-sum(one[1].values()), one[0]))
    ]
    columns = [
        Column(TITLES[of]),
        Column("Verdicts", "count"),
        *(Column(step.label, "count") for step in SCALE.values()),
    ]
    note = "Verdicts first published in the period, as they stand now."
    if of == "topic":
        note += " A claim with several topics counts for each."
    return FigureTable(f"verdicts-by-{of}", f"Verdicts by {TITLES[of].lower()}", columns, rows, note)


def _within(session: Session, asked: PeriodIn) -> list[Any]:
    first = col(CaseOutcome.first_at)
    is_verdict = col(CaseOutcome.stands) & (col(CaseOutcome.kind) == "published")
    return [is_verdict, first >= asked.begins, first < asked.ends, *of_desk(session, CaseOutcome, asked)]
