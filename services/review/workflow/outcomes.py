"""What came of each case, written down for figures and reports when it happens; see `models.CaseOutcome`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, update
from sqlmodel import Session, col, select

from services.review.models import Case, CaseOutcome, FigureColumn, Verdict
from services.review.workflow.timing import channel_of
from shared.clock import now
from shared.db import row_of, table_of

CLOSED, PUBLISHED = "closed", "published"
NO_ANSWER = ("duplicate", "submitter_blocked")  # whoever sent it in is told of another claim's verdict, or of nothing
PARTY = "party:"


def note_closed(session: Session, cases: Sequence[Case], person_id: UUID | None, reason: str | None) -> None:
    """Cases were closed without a verdict."""
    _write(session, cases, CLOSED, now(), person_id, reason=reason)


def note_closed_at_once(session: Session, cases: Sequence[Mapping[str, Any]]) -> None:
    """Cases were closed by a rule as they came in."""
    moment = now()
    rows = [
        row_of(
            CaseOutcome,
            case_id=case["id"],
            number=1,
            kind=CLOSED,
            at=moment,
            first_at=moment,
            desk_id=case["desk_id"],
            channel=channel_of(case["submissions"]),
            claimant=claimant.get("name"),
            party=party_of(claimant, case["tags"]),
            test=case["test"],
            reason=case["close_reason"],
            took=max(0.0, (moment - case["received_at"]).total_seconds()),
        )
        for case in cases
        for claimant in [case["claim"].get("claimant") or {}]
    ]
    if rows:
        session.connection().execute(table_of(CaseOutcome).insert(), rows)


def note_verdict_published(session: Session, case: Case, verdict: Verdict, at: datetime) -> None:
    """Readers can read a revision of a verdict."""
    told = verdict.told or {}
    record = told.get("claim") or case.claim
    statements = record.get("statements") or ()
    _write(
        session,
        [case],
        PUBLISHED,
        at,
        verdict.checked_by,
        revision=verdict.revision,
        revision_kind=verdict.kind,
        rating=verdict.rating,
        evidence=len(told.get("evidence") or ()) + len(told.get("withheld") or ()),
        withheld=len(told.get("withheld") or ()),
        waived=bool(verdict.waiver),
        asked=len(record.get("requests_for_comment") or ()),
        named=sum(1 for one in statements if one.get("speaker")),
        unnamed=sum(1 for one in statements if one.get("unnamed")),
        says_limits=bool(verdict.unknown),
        says_interests=bool(verdict.interests),
    )


def take_back(session: Session, cases: Sequence[Case]) -> None:
    """Closed cases are taken up again: they were not closed after all."""
    mine = col(CaseOutcome.case_id).in_([case.id for case in cases]) & (col(CaseOutcome.kind) == CLOSED)
    forget_days(session, mine)
    session.execute(update(CaseOutcome).where(mine).values(stands=False))


def party_of(claimant: Mapping[str, Any], tags: Sequence[str]) -> str | None:
    """The party or body that a claim is for: what the desk tagged it with, or else the claimant's organisation."""
    tagged = next((tag.removeprefix(PARTY).strip() for tag in tags if tag.startswith(PARTY)), None)
    return tagged or claimant.get("organization")


def forget_days(session: Session, which: ColumnElement[bool], *moments: datetime) -> None:
    """Something is about to change of these outcomes, or of those of some moments: what is kept of their days holds no more."""
    told = session.execute(select(CaseOutcome.at, CaseOutcome.first_at).where(which)).all()
    days = {moment.astimezone(UTC).date() for moment in (*moments, *(one for row in told for one in row))}
    if days - {now().date()}:
        session.execute(delete(FigureColumn).where(col(FigureColumn.day).in_(days)))


def _write(
    session: Session, cases: Sequence[Case], kind: str, at: datetime, person_id: UUID | None, **more: Any
) -> None:
    """The same came of all these cases."""
    mine = col(CaseOutcome.case_id).in_([case.id for case in cases])
    earlier = (
        select(
            col(CaseOutcome.case_id),
            func.count(),
            func.min(CaseOutcome.first_at).filter(col(CaseOutcome.kind) == kind),
            func.max(CaseOutcome.took),
        )
        .where(mine)
        .group_by(col(CaseOutcome.case_id))
    )
    before = {case_id: found for case_id, *found in session.execute(earlier)}
    forget_days(session, mine, at)
    session.execute(update(CaseOutcome).where(mine, col(CaseOutcome.stands)).values(stands=False))
    for case in cases:
        number, first_at, answered = before.get(case.id, (0, None, None))
        is_answer = answered is None and more.get("reason") not in NO_ANSWER
        claimant = case.described.get("claimant") or case.claim.get("claimant") or {}
        session.add(
            CaseOutcome(
                case_id=case.id,
                number=number + 1,
                kind=kind,
                at=at,
                first_at=first_at or at,
                desk_id=case.desk_id,
                channel=channel_of(case.submissions),
                claimant=claimant.get("name"),
                party=party_of(claimant, case.tags),
                test=case.test,
                person_id=person_id,
                took=max(0.0, (at - case.received_at).total_seconds()) if is_answer else None,
                **more,
            )
        )
