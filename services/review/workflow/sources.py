"""What a verdict rests on: intake archives it and looks at it again; what goes or changes is to be looked at here."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, exists, literal
from sqlmodel import Session, col, select

from services.review import history
from services.review.models import Alarm, Case, CaseSource, Evidence, Outbox, Person, Verdict
from services.review.schemas import SettleIn
from services.review.service import service
from services.review.workflow.acts import CHECKED, CLOSED, PUBLISHED, UNVERIFIED
from services.review.workflow.allowed import not_allowed
from services.review.workflow.moves import begin, end
from services.review.workflow.notifying import notify
from services.review.workflow.stamps import order_stamp, stamped_among
from shared.clock import now
from shared.contracts import ROUTES, EvidenceCopy, NamedSource, SourcesNamed, SourceVisited
from shared.db import insert_if_absent, row_of
from shared.errors import NotFound
from shared.fields import plain_url
from shared.outbox import tell

AT_ONCE = 200
WATCHED = (UNVERIFIED, CHECKED, PUBLISHED)


def standing_evidence(session: Session, case: Case) -> list[Evidence]:
    """The evidence that is not struck out, in the order it was added."""
    chosen = select(Evidence).where(Evidence.case_id == case.id, col(Evidence.struck_at).is_(None))
    return list(session.exec(chosen.order_by(col(Evidence.id))))


def tell_sources(session: Session, case: Case) -> None:
    """Tell intake which addresses the verdict rests on now, and whether to watch them. Nothing if it never rested on any."""
    session.flush()
    if case.sources_revision == 0 and not any(one.url for one in standing_evidence(session, case)):
        return
    case.sources_revision += 1
    tell(session, Outbox, sources_of(session, case), ROUTES[SourcesNamed])


def lift_sources(session: Session, case: Case, known: int) -> None:
    """Tell the addresses under a revision above `known`: intake knows that one since before a restore."""
    if case.sources_revision < known:
        case.sources_revision = known
        tell_sources(session, case)


def sources_of(session: Session, case: Case) -> SourcesNamed:
    """What intake should know of the addresses that the verdict rests on."""
    sources = [
        NamedSource(url=one.url, quotes=(one.quote,) if one.quote else ())
        for one in standing_evidence(session, case)
        if one.url
    ]
    return SourcesNamed(
        claim_id=case.id, revision=case.sources_revision, sources=tuple(sources), watched=case.state in WATCHED
    )


def note_source(session: Session, message: SourceVisited) -> None:
    """Intake told what it found at an address. An older visit than what is known changes nothing. If the page has gone, moved or
    says something else since, and the verdict rests on it, somebody has to look."""
    row = {"case_id": message.claim_id, "source_id": message.source_id, "revision": 0, "told": {}}
    history.take_turn(session)
    session.connection().execute(insert_if_absent(session, CaseSource), [row])
    known = session.get_one(CaseSource, (message.claim_id, message.source_id), with_for_update=True)
    if message.revision <= known.revision:
        return
    is_new = known.revision > 0 and message.changes > known.told.get("changes", 0)
    known.revision, known.told = message.revision, message.model_dump(mode="json")
    copy, change = message.archived if service.settings.tsa_url else None, message.change if is_new else None
    case = session.get(Case, message.claim_id, with_for_update=True) if copy or change else None
    if case is not None and _rests_on(session, case, message.url):
        if copy:
            order_stamp(session, "copy", copy.sha256)
        if change and case.state != CLOSED:
            once = f"source {message.source_id} {message.changes}"
            _raise(session, case, change, once, message.change_detail or "", message.url)


def raise_due(session: Session) -> None:
    """Have those verdicts looked at whose time has come: to be checked again, or not to be relied on any more."""
    history.take_turn(session)
    moment = now()
    for kind, due in (("recheck", col(Verdict.recheck_at)), ("expired", col(Verdict.valid_until))):
        raised = exists().where(col(Alarm.case_id) == col(Case.id), col(Alarm.once) == _once(kind))
        chosen = (
            select(Case, Verdict)
            .join(
                Verdict,
                (col(Verdict.case_id) == col(Case.id)) & (col(Verdict.revision) == col(Case.published_revision)),
            )
            .where(due <= moment, Case.state == PUBLISHED, ~raised)
            .order_by(due)
            .limit(AT_ONCE)
        )
        for case, verdict in session.exec(chosen.with_for_update(of=Case)).all():
            until = f"It was said to hold until {verdict.valid_until:%-d %B %Y}." if verdict.valid_until else ""
            words = until if kind == "expired" else verdict.recheck_when or "Its time to be looked at again has come."
            _raise(session, case, kind, f"{kind} {case.published_revision}", words)


def settle(session: Session, case_id: UUID, found: SettleIn, by: Person, seen: int | None = None) -> Case:
    """Say what came of looking at a source or a verdict that called for it."""
    case = begin(session, case_id, "settle", by, seen)
    alarm = session.get(Alarm, found.alarm_id, with_for_update=True)
    if alarm is None or alarm.case_id != case.id:
        raise NotFound("There is nothing of this to be looked at on this case.")
    if alarm.settled_at is not None:
        raise not_allowed(session, case, by, "Somebody has settled this already.")
    _settle(alarm, by, found.note)
    _count(session, case)
    return end(session, case, "settle", by, {}, {"alarm": alarm.kind, "title": alarm.url, "note": found.note})


def settle_by_reopening(session: Session, case: Case, by: Person) -> None:
    """A case that is taken up again is looked at as a whole."""
    for one in open_alarms(session, case.id):
        _settle(one, by, None)
    _count(session, case)


def open_alarms(session: Session, case_id: UUID) -> Sequence[Alarm]:
    """What has to be looked at on a case, the first raised first."""
    chosen = select(Alarm).where(Alarm.case_id == case_id, col(Alarm.settled_at).is_(None))
    return session.exec(chosen.order_by(col(Alarm.id))).all()


def copies_of(session: Session, case_id: UUID) -> dict[str, EvidenceCopy]:
    """The newest copy of each address of a case, by the address."""
    told = [one.visited for one in session.exec(select(CaseSource).where(CaseSource.case_id == case_id)) if one.told]
    copies = {one.url: one.archived for one in told if one.archived}
    stamped = stamped_among(session, "copy", {one.sha256 for one in copies.values()})
    return {
        url: EvidenceCopy(sha256=one.sha256, archived_at=one.archived_at, stamped_at=stamped.get(one.sha256))
        for url, one in copies.items()
    }


def _rests_on(session: Session, case: Case, url: str) -> bool:
    return any(one.url and plain_url(one.url) == url for one in standing_evidence(session, case))


def _raise(session: Session, case: Case, kind: str, once: str, words: str, url: str | None = None) -> None:
    row = row_of(Alarm, case_id=case.id, kind=kind, once=once, words=words, url=url)
    session.flush()
    session.connection().execute(insert_if_absent(session, Alarm), [row])
    _count(session, case)
    end(session, case, f"{kind} source" if url else kind, None, {}, {"title": url or "", "text": words})
    verdict = session.get(Verdict, (case.id, case.revision))
    to = {one for one in (verdict.checked_by if verdict else None, case.assignee_id) if one}
    notify(session, "source", to, case, words=f"{url}: {words}" if url else words, once=f"{case.id} {once}")


def _settle(alarm: Alarm, by: Person, note: str | None) -> None:
    alarm.settled_at, alarm.settled_by, alarm.note = now(), by.id, note


def _count(session: Session, case: Case) -> None:
    session.flush()
    case.alarms = len(open_alarms(session, case.id))


def _once(kind: str) -> Any:
    """What an alarm of a published revision's time is raised once by, as the database reckons it."""
    return literal(f"{kind} ") + cast(col(Case.published_revision), String)
