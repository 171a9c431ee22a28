"""Time: from submission to answer, and where it went. Percentiles are of the cases themselves; see `percentiles`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import numpy
from sqlalchemy import func, select
from sqlmodel import Session, col

from services.review.figures.base import desk_names, of_desk
from services.review.figures.columns import ANSWERS, STAYS, Columns, read
from services.review.figures.percentiles import spread_of, spreads, spreads_of
from services.review.models import CaseSpan
from services.review.scale import SCALE
from services.review.schemas import Column, FigureTable, PeriodIn, Spread
from shared.clock import now

STATES = {"unverified": "Unverified", "checked": "Checked"}
STAGES = {
    "queue": "waits for a checker",
    "handed": "was given to somebody who has not begun",
    "work": "somebody works on it",
    "approval": "waits for an editor",
    "held": "is held until its time",
    "site": "waits for the site",
}
OUTCOMES = {"published": "A verdict that readers can read", "closed": "Closed without a verdict"}
DAILY, WEEKLY = 35, 370  # days up to which a period is shown by days, and by weeks; then by months
SPREAD = [Column("Claims", "count"), Column("Half took at most", "time"), Column("Nine in ten took at most", "time")]


class Bucket(NamedTuple):
    """Some days, and the answers that were given in them."""

    begins: datetime
    ends: datetime
    answers: Spread


def answers(session: Session, asked: PeriodIn) -> Spread:
    """How long the claims that were first answered in a period had waited for it, from their submission."""
    return spread_of(_answered(session, asked)["took"])


def time_to_answer(session: Session, asked: PeriodIn) -> FigureTable:
    """The same, by what the answer was."""
    answered = _answered(session, asked, "kind")
    found = spreads(answered, "took", "kind")
    words = answered.words_of(kind for (kind,) in found)
    by_kind = {words[kind]: one for (kind,), one in found.items()}
    rows = [(title, *by_kind.get(kind, Spread())) for kind, title in OUTCOMES.items()]
    rows.append(("All answers", *spread_of(answered["took"])))
    note = "Of each claim its first answer, from submission until readers could read it or it was closed."
    return FigureTable("answers", "From submission to answer", [Column("Answer"), *SPREAD], rows, note)


def answers_over_time(session: Session, asked: PeriodIn) -> tuple[list[Bucket], FigureTable]:
    """How long claims waited for the answers of each day, week or month of a period."""
    edges = _edges(asked)
    answered = _answered(session, asked, "day")
    starts = [one.date().toordinal() for one in edges[:-1]]
    bucket = numpy.searchsorted(starts, answered["day"], side="right") - 1
    found = [spread_of(answered["took"][bucket == place]) for place in range(len(starts))]
    buckets = [Bucket(begins, ends, one) for (begins, ends), one in zip(pairwise(edges), found, strict=True)]
    rows = [(one.begins.date().isoformat(), *one.answers) for one in buckets]
    return buckets, FigureTable(
        "answers-over-time",
        "Answers over time",
        [Column("From"), *SPREAD],
        rows,
        "Each row ends where the next begins.",
    )


def stage_clock(session: Session, asked: PeriodIn, by: str) -> FigureTable:
    """Of each state how long claims waited in it, and how long somebody had them in hand, among those that left it in a period;
    by desk, channel, rating, or all together."""
    grouped = ("state",) if by == "all" else ("state", {"desk": "desk_id"}.get(by, by))
    stays = read(session, STAYS, (*grouped, "waited", "worked"), asked)
    found = spreads_of(stays, ("waited", "worked"), *grouped)
    words = stays.words_of(number for key in found for number in key)
    named = _names_for(session, by)
    rows = [
        (
            STATES[words[key[0]]],
            *(named(words.get(one)) for one in key[1:]),
            *waited,
            worked.half,
            worked.most,
        )
        for key, (waited, worked) in found.items()
    ]
    order = list(STATES.values())
    rows.sort(key=lambda row: (order.index(row[0]), -row[2 if by != "all" else 1], str(row[1])))
    columns = [
        Column("State"),
        *([Column({"desk": "Desk", "channel": "Channel", "rating": "Rating"}[by])] if by != "all" else []),
        Column("Stays", "count"),
        Column("Waited: half at most", "time"),
        Column("Nine in ten", "time"),
        Column("In hand: half at most", "time"),
        Column("Nine in ten", "time"),
    ]
    note = "A stay ends when the claim leaves the state: checked, sent back, published, closed. Each counts once."
    title = "The stage clock" if by == "all" else f"The stage clock by {by}"
    return FigureTable("stage-clock" if by == "all" else f"stage-clock-by-{by}", title, columns, rows, note)


def standing_now(session: Session, asked: PeriodIn) -> FigureTable:
    """What stands in each stage at this moment, and since when the oldest does."""
    chosen = select(col(CaseSpan.stage), func.count(), func.min(col(CaseSpan.began_at))).where(
        col(CaseSpan.ended_at).is_(None)
    )
    chosen = chosen.where(*of_desk(session, CaseSpan, asked)).group_by(col(CaseSpan.stage))
    found = {stage: (count, since) for stage, count, since in session.execute(chosen)}
    moment = now()
    rows = [
        (words, count, (moment - since).total_seconds() if since else None)
        for stage, words in STAGES.items()
        for count, since in [found.get(stage, (0, None))]
    ]
    columns = [Column("Stage"), Column("Claims", "count"), Column("The oldest, for", "time")]
    return FigureTable("now", "At this moment", columns, rows, "Open claims alone, whatever the period.")


def _answered(session: Session, asked: PeriodIn, *names: str) -> Columns:
    found = read(session, ANSWERS, ("took", *names), asked)
    return found.where(~numpy.isnan(found["took"]))


def _edges(asked: PeriodIn) -> Sequence[datetime]:
    """Where days, weeks or months of the period begin, and its end."""
    days = (asked.ends - asked.begins).days
    edges = [asked.begins]
    while edges[-1] < asked.ends:
        if days <= DAILY:
            edges.append(edges[-1] + timedelta(days=1))
        elif days <= WEEKLY:
            edges.append(edges[-1] + timedelta(days=7 - edges[-1].weekday()))
        else:
            edges.append((edges[-1].replace(day=1) + timedelta(days=32)).replace(day=1))
    return [*edges[:-1], asked.ends]


def _names_for(session: Session, by: str) -> Any:
    if by == "desk":
        desks = {str(one): name for one, name in desk_names(session).items()}
        return lambda one: desks.get(str(one))
    if by == "rating":
        return lambda slug: SCALE[slug].label if slug in SCALE else "no verdict"
    return lambda name: name
