"""What review and intake must know of published verdicts, and what publish knows from review."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.publish import disputes, opinions, remarks, scales, workflow
from services.publish.models import Check, Dispute, HistoryHead, Opinion, Policy, Remark, Revision
from shared.contracts import (
    ROUTES,
    CaseMoved,
    CorrectionsUrged,
    DisputeMoved,
    HistoryHeadNoted,
    NoticePosted,
    NoticePublished,
    OpinionsCounted,
    PolicyPosted,
    RemarkMade,
    ScalePosted,
    VerdictApproved,
    VerdictDisputed,
    VerdictPublished,
)
from shared.errors import NotFound
from shared.ledger import Entry

EACH_REVISION = {"review"}  # the others need to know the newest alone


def told(session: Session) -> Iterator[Entry]:
    """Every revision that readers can read, the notices, and what came from readers: disputes, opinions and remarks."""
    for claim_id, revision in _revisions(session):
        for receiver in ROUTES[VerdictPublished]:
            key = f"{claim_id}/{revision}" if receiver.queue in EACH_REVISION else str(claim_id)
            yield Entry(VerdictPublished.topic, receiver.queue, key, revision)
    for claim_id, revision in _notices(session):
        yield Entry(NoticePublished.topic, "review", str(claim_id), revision)
    for dispute_id, revision in _disputes(session):
        yield Entry(VerdictDisputed.topic, "review", str(dispute_id), max(1, revision))
    for claim_id, total in _opinions(session):
        yield Entry(OpinionsCounted.topic, "review", str(claim_id), total)
    remarks_made = select(col(Remark.id)).order_by(col(Remark.id)).execution_options(yield_per=1000)
    for remark_id in session.exec(remarks_made):
        yield Entry(RemarkMade.topic, "review", str(remark_id), 1)


def known(session: Session) -> Iterator[Entry]:
    """Every verdict and notice that arrived, and where each case and dispute stands."""
    for claim_id, revision in _revisions(session):
        yield Entry(VerdictApproved.topic, "publish", f"{claim_id}/{revision}", revision)
    for claim_id, revision in _notices(session):
        yield Entry(NoticePosted.topic, "publish", str(claim_id), revision)
    cases = select(col(Check.claim_id), col(Check.case_revision), col(Check.urged_revision)).order_by(
        col(Check.claim_id)
    )
    for claim_id, revision, urged in session.exec(cases.execution_options(yield_per=1000)):
        told = ((CaseMoved.topic, revision), (CorrectionsUrged.topic, urged))
        yield from (Entry(topic, "publish", str(claim_id), number) for topic, number in told if number)
    yield from _known_of_newsroom(session)
    for dispute_id, revision in _disputes(session):
        if revision:
            yield Entry(DisputeMoved.topic, "publish", str(dispute_id), revision)


def _known_of_newsroom(session: Session) -> Iterator[Entry]:
    policies = select(Policy).order_by(col(Policy.name), col(Policy.language), col(Policy.revision))
    for one in session.exec(policies):
        yield Entry(PolicyPosted.topic, "publish", f"{one.name}/{one.language}/{one.revision}", one.revision)
    for desk, revision in scales.revisions(session).items():
        yield Entry(ScalePosted.topic, "publish", desk, revision)
    if heads := session.exec(select(func.max(HistoryHead.entries))).one():
        yield Entry(HistoryHeadNoted.topic, "publish", "history", heads)


def tell_again(session: Session, entry: Entry) -> None:
    """Tell of a published revision, a notice, or what came from readers once more. Raises NotFound."""
    if entry.topic == RemarkMade.topic and (remark := session.get(Remark, UUID(entry.key))):
        remarks.tell_remark(session, remark)
        return
    if entry.topic == OpinionsCounted.topic:
        opinions.tell_counted(session, UUID(entry.key))
        return
    if entry.topic == VerdictDisputed.topic and (dispute := session.get(Dispute, UUID(entry.key))):
        disputes.tell_disputed(session, dispute)
        return
    claim_id = UUID(entry.key.partition("/")[0])
    check = session.get(Check, claim_id)
    revision = session.get(Revision, (claim_id, entry.revision))
    if entry.topic == NoticePublished.topic and check is not None and check.notice_revision:
        workflow.tell_notice_published(session, check, whole=True)
        return
    if entry.topic != VerdictPublished.topic or check is None or revision is None:
        raise NotFound(f"There is nothing to tell of {entry.key}.")
    if entry.queue in EACH_REVISION:
        workflow.tell_whole(session, check, revision)  # which it may have lost by a restore
    else:
        workflow.tell_published(session, check, revision)


def _revisions(session: Session) -> Iterator[tuple[UUID, int]]:
    chosen = select(col(Revision.claim_id), col(Revision.revision)).order_by(
        col(Revision.claim_id), col(Revision.revision)
    )
    yield from session.exec(chosen.execution_options(yield_per=1000))


def _notices(session: Session) -> Iterator[tuple[UUID, int]]:
    chosen = select(col(Check.claim_id), col(Check.notice_revision)).where(col(Check.notice_revision) > 0)
    yield from session.exec(chosen.order_by(col(Check.claim_id)).execution_options(yield_per=1000))


def _disputes(session: Session) -> Iterator[tuple[UUID, int]]:
    chosen = select(col(Dispute.id), col(Dispute.moved_revision)).order_by(col(Dispute.id))
    yield from session.exec(chosen.execution_options(yield_per=1000))


def _opinions(session: Session) -> Iterator[tuple[UUID, int]]:
    """How many readers said whether a claim's verdicts were useful, by claim."""
    counted = select(col(Opinion.claim_id), func.sum(Opinion.count)).group_by(col(Opinion.claim_id))
    for claim_id, total in session.exec(counted.order_by(col(Opinion.claim_id)).execution_options(yield_per=1000)):
        yield claim_id, int(total)
