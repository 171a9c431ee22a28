"""Verdicts: how many of which rating, by topic, claimant, party and channel."""

from collections import defaultdict

from sqlmodel import Session

from services.review.figures.columns import TOPICS, VERDICTS, Columns, read
from services.review.scale import SCALE
from services.review.schemas import Column, FigureTable, PeriodIn

TITLES = {"topic": "Topic", "claimant": "Who claims it", "party": "Party", "channel": "Channel"}
NONE = {"topic": "no topic", "claimant": "nobody named", "party": "none named", "channel": "unknown"}


def rated(session: Session, asked: PeriodIn) -> dict[str, int]:
    """How many of those verdicts have which rating, each counted once."""
    verdicts = _published(session, asked, "rating")
    found = verdicts.counts("rating")
    words = verdicts.words_of(rating for (rating,) in found)
    counted = {words.get(rating): count for (rating,), count in found.items()}
    return {step.slug: counted.get(step.slug, 0) for step in SCALE.values()}


def verdicts_by(session: Session, asked: PeriodIn, of: str) -> FigureTable:
    """The verdicts first published in a period, each as it stands now."""
    key = TOPICS if of == "topic" else of
    verdicts = _published(session, asked, key, "rating")
    counted = verdicts.counts(key, "rating")
    words = verdicts.words_of(number for one in counted for number in one)
    found: dict[str, dict[str | None, int]] = defaultdict(lambda: defaultdict(int))
    for (name, rating), count in counted.items():
        found[words.get(name) or NONE[of]][words.get(rating)] += count
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


def _published(session: Session, asked: PeriodIn, *names: str) -> Columns:
    return read(session, VERDICTS, ("kind", *names), asked).having(kind="published")
