"""People: what each checker has on their desk now, and what they did in a period."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlmodel import Session, col

from services.review.figures.base import NOBODY, names
from services.review.figures.columns import NOTHING, STAYS, read
from services.review.figures.percentiles import spreads
from services.review.models import Case, Desk, Person, Verdict
from services.review.schemas import Column, FigureTable, PeriodIn, Spread
from services.review.workflow.times import times_by_desk
from shared.clock import now

SOON = timedelta(hours=24)
SENT_BACK = ("return", "second differs")


def workload(session: Session, asked: PeriodIn) -> FigureTable:
    """What each active person who checks has on their desk at this moment: the desk head's view. A claim is idle when whoever took
    it has done nothing on it for as long as its desk reminds them after."""
    moment = now()
    due, touched = col(Case.due_at), col(Case.touched_at)
    idle = or_(*(of_desk & (touched <= moment - times.remind) for of_desk, times in times_by_desk(session)))

    def having(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    chosen = (
        select(
            col(Case.assignee_id),
            func.count(),
            having((due > moment) & (due <= moment + SOON)),
            having(due <= moment),
            having(idle),
            func.min(col(Case.taken_at)),
        )
        .where(col(Case.state) == "unverified", col(Case.assignee_id).is_not(None), col(Case.test).is_(False))
        .group_by(col(Case.assignee_id))
    )
    if asked.desk is not None:
        chosen = chosen.where(
            col(Case.desk_id) == select(col(Desk.id)).where(col(Desk.slug) == asked.desk).scalar_subquery()
        )
    has = {person_id: counts for person_id, *counts in session.execute(chosen)}
    waiting = _verdicts_waiting(session, asked)
    people = session.scalars(select(Person).where(col(Person.active)).order_by(col(Person.name))).all()
    rows = [
        (
            one.name,
            *has.get(one.id, [0, 0, 0, 0, None])[:4],
            waiting[one.id],
            (moment - since).total_seconds() if (since := has.get(one.id, [None])[-1]) else None,
        )
        for one in people
        if one.may("checker")
    ]
    columns = [
        Column("Checker"),
        Column("Open", "count"),
        Column("Due in 24 h", "count"),
        Column("Overdue", "count"),
        Column("Idle", "count"),
        Column("Verdicts that wait for an editor", "count"),
        Column("The oldest taken, for", "time"),
    ]
    rows.sort(key=lambda row: -row[1])
    return FigureTable(
        "workload", "On whose desk", columns, rows, "Open claims that somebody has taken, at this moment."
    )


def checkers(session: Session, asked: PeriodIn) -> FigureTable:
    """What each checker's verdicts were in a period: how many, how long they had them in hand, and how many came back."""
    stays = read(session, STAYS, ("checker_id", "state", "ended_by", "worked"), asked)
    groups = ("checker_id", "state", "ended_by")
    by_act = {key: count for key, count in stays.counts(*groups).items() if key[0] != NOTHING}
    words = stays.words_of(number for key in by_act for number in key)
    counted: Counter[tuple[str, str, str]] = Counter()
    for key, count in by_act.items():
        checker, state, act = (words[number] for number in key)
        counted[checker, state, act] += count
        counted[checker, state, "any"] += count
    given = stays.having(state="unverified", ended_by="check")
    in_hand = {words.get(checker): one for (checker,), one in spreads(given, "worked", "checker_id").items()}
    named = {str(one): name for one, name in names(session).items()}
    rows = []
    for checker in {one for one, _, _ in counted}:
        decided, returned = (
            counted[checker, "checked", "any"],
            sum(counted[checker, "checked", act] for act in SENT_BACK),
        )
        hands = in_hand.get(checker, Spread())
        verdicts = counted[checker, "unverified", "check"]
        share = returned / decided if decided else None
        rows.append((named.get(checker, NOBODY), verdicts, hands.half, hands.most, decided, returned, share))
    rows.sort(key=lambda row: (-row[1], row[0]))
    columns = [
        Column("Checker"),
        Column("Verdicts given", "count"),
        Column("In hand: half at most", "time"),
        Column("Nine in ten", "time"),
        Column("Decided by editors", "count"),
        Column("Sent back", "count"),
        Column("Share sent back", "share"),
    ]
    note = "A verdict that was sent back and given again counts twice: each was work."
    return FigureTable("checkers", "By checker", columns, rows, note)


def _verdicts_waiting(session: Session, asked: PeriodIn) -> Counter[UUID]:
    """How many verdicts of each wait for an editor."""
    chosen = (
        select(col(Verdict.checked_by), func.count())
        .join(Case, (col(Case.id) == Verdict.case_id) & (col(Case.revision) == Verdict.revision))
        .where(col(Case.state) == "checked", col(Case.approved_at).is_(None), col(Case.test).is_(False))
        .group_by(col(Verdict.checked_by))
    )
    if asked.desk is not None:
        chosen = chosen.where(
            col(Case.desk_id) == select(col(Desk.id)).where(col(Desk.slug) == asked.desk).scalar_subquery()
        )
    return Counter({one: count for one, count in session.execute(chosen) if one})
