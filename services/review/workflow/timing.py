"""The stage clock: how long each case waits, and how long somebody has it in hand.

Every act ends at `note`, which looks where the case stands now. If that has changed, the span that ran ends and another begins at
the same moment, so that the spans of a case add up to the time from its submission to its answer, whatever happens to it.

    unverified   queue     nobody has it                                          waiting
                 handed    somebody was given it, or got it back, and did nothing  waiting
                 work      somebody took it, or has begun                         hands-on
                 idle      it was taken and lay until it was offered again        waiting
    checked      approval  it waits for a second pair of eyes                     waiting
                 reading   whoever decided had it open, without a break           hands-on
                 held      approved, and kept until its time                      waiting
                 site      approved, and not yet confirmed by the site            waiting
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.review.models import PRESENT_FOR, Case, CaseRead, CaseSpan, Person, Verdict
from shared.clock import now
from shared.db import row_of, table_of

QUEUE, HANDED, WORK, IDLE = "queue", "handed", "work", "idle"
APPROVAL, READING, HELD, SITE = "approval", "reading", "held", "site"
HANDS_ON = (WORK, READING)
GIVES_TO_ANOTHER = ("assign", "return", "second differs", "unmerge")


def begin_all(session: Session, cases: Sequence[Mapping[str, Any]]) -> None:
    """The clocks of cases that have just come in start with their submission. A rule may have closed one or handed it on."""
    moment = now()
    rows = []
    for case in cases:
        began = min(case["received_at"], moment)
        row = row_of(
            CaseSpan,
            case_id=case["id"],
            number=1,
            state="unverified",
            stage=HANDED if case["assignee_id"] else QUEUE,
            person_id=case["assignee_id"],
            desk_id=case["desk_id"],
            channel=channel_of(case["submissions"]),
            test=case["test"],
            began_at=began,
        )
        if case["state"] == "closed":
            row |= {
                "ended_at": moment,
                "left_at": moment,
                "ended_by": "close",
                "waited": (moment - began).total_seconds(),
            }
        rows.append(row)
    if rows:
        session.connection().execute(table_of(CaseSpan).insert(), rows)


def note(session: Session, case: Case, act: str, by: Person | None) -> None:
    """Look where the case stands after an act, and turn its clock if that has changed."""
    running = session.exec(
        select(CaseSpan).where(CaseSpan.case_id == case.id, col(CaseSpan.ended_at).is_(None))
    ).first()
    stage = _stage_of(case, running, act, by)
    person = case.assignee_id if stage in (HANDED, WORK) else None
    if running is not None and (running.stage, running.person_id, running.desk_id) == (stage, person, case.desk_id):
        return
    moment = now()
    if running is not None and running.stage == APPROVAL and stage != APPROVAL and by is not None:
        running = _read_by(session, running, by, moment)
    carried = (0.0, 0.0)
    if running is not None:
        _end(running, moment, act)
        if running.state == case.state:
            carried = (running.waited, running.worked)
        else:
            _leave(session, running, moment)
    if stage is not None:
        last = running.number if running is not None else _last_number(session, case)
        session.flush()  # one span of a case runs at a time
        session.add(_span(case, last + 1, stage, moment, carried, person_id=person))


def note_moved(session: Session, cases: Sequence[Case], act: str) -> None:
    """`note` for cases that nobody has in hand and that an act of nobody's took out of the queue, or back into it."""
    moment, ids = now(), [case.id for case in cases]
    mine = col(CaseSpan.case_id).in_(ids)
    counted = select(CaseSpan.case_id, func.max(CaseSpan.number)).where(mine).group_by(col(CaseSpan.case_id))
    last: dict[UUID, int] = dict(session.exec(counted).all())
    with_verdict = set(session.exec(select(Verdict.case_id).where(col(Verdict.case_id).in_(ids))))
    for span in session.exec(select(CaseSpan).where(mine, col(CaseSpan.ended_at).is_(None))).all():
        _end(span, moment, act)
        span.left_at = moment
        if span.case_id in with_verdict:
            _leave(session, span, moment)
    session.flush()  # one span of a case runs at a time
    for case in cases:
        if (stage := _stage_of(case, None, act, None)) is not None:
            session.add(_span(case, last.get(case.id, 0) + 1, stage, moment, (0.0, 0.0)))


def lie_idle(session: Session, case: Case, since: datetime) -> None:
    """Since then nobody has done anything on a case that somebody has taken: from there on it was waiting."""
    running = session.exec(
        select(CaseSpan).where(CaseSpan.case_id == case.id, col(CaseSpan.ended_at).is_(None))
    ).first()
    if running is not None and running.stage == WORK:
        since = max(since, running.began_at)
        _end(running, since, IDLE)
        session.flush()
        carried = (running.waited, running.worked)
        session.add(_span(case, running.number + 1, IDLE, since, carried, person_id=running.person_id))
        session.flush()


def channel_of(submissions: Sequence[Mapping[str, Any]]) -> str:
    """By what way a claim came: the newsroom that sent it in first, or "Readers"."""
    return str(submissions[0]["newsroom"]) if submissions else "unknown"


def _stage_of(case: Case, running: CaseSpan | None, act: str, by: Person | None) -> str | None:
    """The stage in which the case is; None while it is published or closed."""
    if case.state == "unverified":
        if case.assignee_id is None:
            return QUEUE
        is_theirs = by is not None and by.id == case.assignee_id
        waits_for_them = act in GIVES_TO_ANOTHER or (running is not None and running.stage == HANDED)
        return HANDED if waits_for_them and not is_theirs else WORK
    if case.state == "checked":
        if case.approved_at is None:
            return APPROVAL
        return HELD if case.embargoed_until is not None else SITE
    return None


def _read_by(session: Session, running: CaseSpan, by: Person, moment: datetime) -> CaseSpan:
    """Split the wait for approval where whoever decided now opened the case, if they have looked at it since then."""
    read = session.get(CaseRead, (by.id, running.case_id))
    opened = read.opened_at if read and read.seen_at > moment - PRESENT_FOR else None
    if opened is None or not running.began_at < opened < moment:
        return running
    _end(running, opened, READING)
    session.flush()
    kept = running.model_dump(exclude={"number", "stage", "began_at", "ended_at", "ended_by", "person_id"})
    reading = CaseSpan(**kept, number=running.number + 1, stage=READING, began_at=opened, person_id=by.id)
    session.add(reading)
    return reading


def _span(
    case: Case, number: int, stage: str, began_at: datetime, carried: tuple[float, float], **more: Any
) -> CaseSpan:
    return CaseSpan(
        case_id=case.id,
        number=number,
        state=case.state,
        stage=stage,
        desk_id=case.desk_id,
        channel=channel_of(case.submissions),
        test=case.test,
        revision=case.revision,
        began_at=began_at,
        waited=carried[0],
        worked=carried[1],
        **more,
    )


def _end(span: CaseSpan, moment: datetime, act: str) -> None:
    seconds = max(0.0, (moment - span.began_at).total_seconds())
    span.ended_at, span.ended_by = moment, act
    if span.stage in HANDS_ON:
        span.worked += seconds
    else:
        span.waited += seconds


def _leave(session: Session, span: CaseSpan, moment: datetime) -> None:
    """The case leaves its state with this span: note whose verdict it is about, and which."""
    span.left_at = moment
    verdict = session.get(Verdict, (span.case_id, span.revision))
    if verdict is not None:
        span.checker_id, span.rating = verdict.checked_by, verdict.rating


def _last_number(session: Session, case: Case) -> int:
    return session.exec(select(func.max(CaseSpan.number)).where(CaseSpan.case_id == case.id)).one() or 0
